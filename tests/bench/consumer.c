/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The tracer belongs to one thread at a time: to this one between start and stop, else to the
 * caller.
 */
#include "tests/bench/consumer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "event/writer.h"
#include "tests/bench/load.h"

enum { WAKE_NS = 1000000, OWN_QUEUES_MAX = 16 };

struct own_queue {
	uint32_t id;
	uint64_t submitted, completed; /* as last told */
};

struct consumer {
	struct tracer *tracer;
	struct ev_writer *writer;
	int output;
	int threaded, running;
	volatile int stop;
	pthread_t thread;
	int err;
	struct ev_error why;
	struct own_queue queues[OWN_QUEUES_MAX];
	unsigned queue_count;
	uint32_t pid;
	struct consumer_counts counts;
};

static struct own_queue *own_queue(struct consumer *consumer, uint32_t id)
{
	for (unsigned i = 0; i < consumer->queue_count; i++)
		if (consumer->queues[i].id == id)
			return &consumer->queues[i];
	return NULL;
}

static void note_queue(struct consumer *consumer, const struct ev_queue *event)
{
	if (event->pid == consumer->pid && !own_queue(consumer, event->queue) &&
	    consumer->queue_count < OWN_QUEUES_MAX)
		consumer->queues[consumer->queue_count++].id = event->queue;
}

static void note_state(struct consumer *consumer, const struct ev_queue_state *event)
{
	struct own_queue *queue = own_queue(consumer, event->queue);

	if (!queue)
		return;
	queue->submitted = event->submitted;
	queue->completed = event->completed;
}

static int take_event(void *arg, const struct ev_header *event)
{
	struct consumer *consumer = arg;

	switch (event->kind) {
	case EV_REQUEST:
		if (((const struct ev_request *)event)->pid == consumer->pid)
			consumer->counts.requests++;
		break;
	case EV_QUEUE:
		note_queue(consumer, (const struct ev_queue *)event);
		break;
	case EV_QUEUE_STATE:
		note_state(consumer, (const struct ev_queue_state *)event);
		break;
	case EV_LOST:
		consumer->counts.lost += ((const struct ev_lost *)event)->count;
		break;
	default:
		break;
	}
	return ev_writer_event(consumer->writer, event, &consumer->why);
}

int consumer_new(struct consumer **ret_consumer, struct tracer *tracer, int thread,
		 struct ev_error *why)
{
	struct consumer *consumer = calloc(1, sizeof(*consumer));
	int err;

	if (!consumer)
		return ev_fail(why, -ENOMEM, "out of memory");
	consumer->tracer = tracer;
	consumer->threaded = thread;
	consumer->pid = (uint32_t)getpid();
	consumer->output = open("/dev/null", O_WRONLY | O_CLOEXEC);
	err = consumer->output < 0
		      ? ev_fail(why, -errno, "cannot open /dev/null: %s", strerror(errno))
		      : ev_writer_new(&consumer->writer, consumer->output, "/dev/null",
				      EV_CODEC_ZSTD, why);
	if (err) {
		consumer_free(consumer);
		return err;
	}
	*ret_consumer = consumer;
	return 0;
}

void consumer_free(struct consumer *consumer)
{
	if (!consumer)
		return;
	consumer_stop(consumer, NULL);
	ev_writer_free(consumer->writer);
	if (consumer->output >= 0)
		close(consumer->output);
	free(consumer);
}

static void *consume(void *arg)
{
	struct timespec pause = { 0, WAKE_NS }, used;
	struct consumer *consumer = arg;

	while (!consumer->stop && consumer->err >= 0) {
		consumer->err =
			tracer_drain(consumer->tracer, 0, take_event, consumer, &consumer->why);
		nanosleep(&pause, NULL);
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	consumer->counts.cpu_ns += (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
	return NULL;
}

int consumer_start(struct consumer *consumer, struct ev_error *why)
{
	pthread_attr_t attributes;
	cpu_set_t set;
	int err;

	if (!consumer->threaded)
		return 0;
	CPU_ZERO(&set);
	CPU_SET(OTHER_CPU, &set);
	consumer->stop = 0;
	consumer->err = 0;
	pthread_attr_init(&attributes);
	pthread_attr_setaffinity_np(&attributes, sizeof(set), &set);
	err = -pthread_create(&consumer->thread, &attributes, consume, consumer);
	pthread_attr_destroy(&attributes);
	if (err)
		return ev_fail(why, err, "cannot start a thread: %s", strerror(-err));
	consumer->running = 1;
	return 0;
}

int consumer_stop(struct consumer *consumer, struct ev_error *why)
{
	if (!consumer->running)
		return 0;
	consumer->stop = 1;
	pthread_join(consumer->thread, NULL);
	consumer->running = 0;
	if (consumer->err < 0 && why)
		*why = consumer->why;
	return consumer->err < 0 ? consumer->err : 0;
}

int consumer_finish(struct consumer *consumer, struct ev_error *why)
{
	int err = tracer_drain(consumer->tracer, 0, take_event, consumer, why);

	if (err >= 0)
		err = tracer_snapshot(consumer->tracer, 0, take_event, consumer, why);
	if (err >= 0)
		err = ev_writer_flush(consumer->writer, why);
	return err;
}

void consumer_counts(const struct consumer *consumer, struct consumer_counts *ret_counts)
{
	struct ev_writer_stats stats;

	*ret_counts = consumer->counts;
	for (unsigned i = 0; i < consumer->queue_count; i++) {
		ret_counts->submitted += consumer->queues[i].submitted;
		ret_counts->completed += consumer->queues[i].completed;
	}
	ev_writer_stats(consumer->writer, &stats);
	ret_counts->stored_bytes = stats.stored_bytes;
	ret_counts->packed_bytes = stats.packed_bytes;
}
