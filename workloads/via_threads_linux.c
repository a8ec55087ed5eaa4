/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * threads: a pool of as many threads as the depth says. Entries go through one list to whichever
 * thread is free, which makes the system call and puts the result on another list, from which the
 * owner takes it. One lock and two conditions, as such pools are commonly built; the calls that
 * those cost are not counted, only the ones that do the I/O.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "workloads/via_linux.h"

struct job {
	struct io_uring_sqe entry;
	int32_t result;
	struct job *next;
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work; /* there is a job, or the end */
	pthread_cond_t done;
	struct job *waiting, **waiting_end;
	struct job *finished;
	struct job *spare;
	struct job *jobs;
	uint32_t finished_count;
	bool ending;
	pthread_t *threads;
	uint32_t thread_count;
};

static struct job *next_job(struct pool *pool)
{
	struct job *job;

	while (!pool->waiting && !pool->ending)
		pthread_cond_wait(&pool->work, &pool->lock);
	job = pool->waiting;
	if (job)
		pool->waiting = job->next;
	if (!pool->waiting)
		pool->waiting_end = &pool->waiting;
	return job;
}

static void *serve(void *argument)
{
	struct pool *pool = argument;
	struct job *job;

	pthread_mutex_lock(&pool->lock);
	while ((job = next_job(pool))) {
		pthread_mutex_unlock(&pool->lock);
		job->result = load_via_do(&job->entry);
		pthread_mutex_lock(&pool->lock);
		job->next = pool->finished;
		pool->finished = job;
		pool->finished_count++;
		pthread_cond_signal(&pool->done);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

static int open_pool(struct load_ring *ring, struct load_error *why)
{
	uint32_t count = ring->uring.sq.ring_entries;
	struct pool *pool = calloc(1, sizeof(*pool));

	ring->via_state = pool;
	if (!pool)
		return load_fail(why, -ENOMEM, "no memory for a pool of threads");
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->done, NULL);
	pool->waiting_end = &pool->waiting;
	pool->jobs = calloc(count, sizeof(*pool->jobs));
	pool->threads = calloc(count, sizeof(*pool->threads));
	if (!pool->jobs || !pool->threads)
		return load_fail(why, -ENOMEM, "no memory for a pool of %u threads", count);
	for (uint32_t i = 0; i < count; i++) {
		pool->jobs[i].next = pool->spare;
		pool->spare = &pool->jobs[i];
	}
	for (; pool->thread_count < ring->via_depth; pool->thread_count++)
		if (pthread_create(&pool->threads[pool->thread_count], NULL, serve, pool))
			return load_fail(why, -EAGAIN, "cannot start thread %u of the pool",
					 pool->thread_count + 1);
	return 0;
}

static void hand_out(struct load_ring *ring, struct pool *pool)
{
	const struct io_uring_sqe *sqe;

	while (pool->spare && (sqe = load_via_take(ring))) {
		struct job *job = pool->spare;

		pool->spare = job->next;
		job->entry = *sqe;
		job->next = NULL;
		*pool->waiting_end = job;
		pool->waiting_end = &job->next;
		ring->truth->calls++;
		pthread_cond_signal(&pool->work);
	}
}

static void take_in(struct load_ring *ring, struct pool *pool)
{
	while (pool->finished) {
		struct job *job = pool->finished;

		pool->finished = job->next;
		load_via_post(ring, job->entry.user_data, job->result);
		job->next = pool->spare;
		pool->spare = job;
	}
	pool->finished_count = 0;
}

static int enter_pool(struct load_ring *ring, uint32_t wait, uint64_t wait_ns)
{
	struct pool *pool = ring->via_state;
	struct timespec until;
	int err = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += (long)wait_ns;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&pool->lock);
	hand_out(ring, pool);
	while (!err && load_via_ready(ring) + pool->finished_count < wait)
		err = pthread_cond_timedwait(&pool->done, &pool->lock, &until);
	take_in(ring, pool);
	pthread_mutex_unlock(&pool->lock);
	return 0;
}

static void close_pool(struct load_ring *ring)
{
	struct pool *pool = ring->via_state;

	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (uint32_t i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
	free(pool->jobs);
	free(pool->threads);
	free(pool);
}

const struct load_carrier load_via_threads = {
	.name = "threads",
	.open = open_pool,
	.enter = enter_pool,
	.close = close_pool,
};
