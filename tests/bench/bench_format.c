/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What the trace file costs: bytes a request before and after compression, nanoseconds a request to
 * write and to read. On made loads, or on the events of a trace given as argument:
 *
 *     bench_format [-n EVENTS] [TRACE…]
 *
 * The made loads are 4 KiB random reads of a 1 GiB file at a queue depth of 32, and NOPs:
 *
 *     randread         what fio shows on a virtio disk: the device answers a batch in one burst,
 * the application reaps it and submits as many again, one every 3.1 us randread-wide    every
 * request takes a random 60 to 400 us of its own. Offsets and latencies alone are 18 and 18.4 bits
 * of pure chance, 4.55 bytes that no format can save randread-spread  the same, and the application
 * waits a random 1 to 20 us before each submission: 1.77 bytes of chance more nop batches of 32, an
 * increasing counter for a tag
 *
 * No test depends on these numbers: they are printed for a person to judge, with the machine they
 * were taken on.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "event/reader.h"
#include "event/writer.h"

enum { DEPTH = 32, PASSES = 5 };

static uint64_t random_state = 88172645463325252u;

/* Marsaglia's xorshift: the same loads on every machine. */
static uint64_t random_u64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static uint64_t between(uint64_t low, uint64_t high)
{
	return low + random_u64() % (high - low + 1);
}

/* Processor time, so that a busy machine disturbs little. */
static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static struct ev_request blank(uint16_t op)
{
	return (struct ev_request){
		.h = { EV_REQUEST, sizeof(struct ev_request), 1, 0 },
		.queue = 7,
		.tid = 4242,
		.pid = 4242,
		.fd = 5,
		.file = 0xffff888102ba9800,
		.op = op,
		.end = EV_END_COMPLETED,
		.sq_depth = 1,
	};
}

struct slot {
	uint64_t submit_ns;
	uint64_t end_ns;
	uint64_t offset_bytes;
};

/* The slot whose request ends first. */
static int earliest(const struct slot *slots)
{
	int found = 0;

	for (int i = 1; i < DEPTH; i++) {
		if (slots[i].end_ns < slots[found].end_ns)
			found = i;
	}
	return found;
}

struct load {
	uint64_t latency_low_ns;
	uint64_t latency_high_ns;
	uint64_t coalesce_ns;  /* from the first end to the interrupt that tells of it */
	uint64_t pause_low_ns; /* before each submission */
	uint64_t pause_high_ns;
};

static const struct load randread = { 180000, 260000, 250000, 3000, 3250 };
static const struct load randread_wide = { 60000, 400000, 0, 1150, 1350 };
static const struct load randread_spread = { 60000, 400000, 0, 1000, 20000 };

static void submit(struct slot *slot, const struct load *load, uint64_t now)
{
	slot->submit_ns = now;
	slot->end_ns = now + between(load->latency_low_ns, load->latency_high_ns);
	slot->offset_bytes = random_u64() % (1 << 18) * 4096;
}

static void make_randread(struct ev_request *events, uint32_t count, const struct load *load)
{
	struct slot slots[DEPTH];
	uint64_t now = 1000000000;

	for (int i = 0; i < DEPTH; i++)
		submit(&slots[i], load, now += between(load->pause_low_ns, load->pause_high_ns));
	for (uint32_t done = 0; done < count;) {
		int reaped[DEPTH], reaped_count = 0;
		uint64_t clock = slots[earliest(slots)].end_ns + load->coalesce_ns;

		clock = clock > now ? clock : now;
		/* What has ended by now is posted in one burst. */
		for (int i = earliest(slots); slots[i].end_ns <= clock && done < count;
		     i = earliest(slots)) {
			struct ev_request *event = &events[done++];

			*event = blank(22);
			event->h.time_ns = clock;
			event->submit_ns = slots[i].submit_ns;
			event->user_data = 0x563238b5a840 + (uint64_t)i * 448;
			event->offset_bytes = slots[i].offset_bytes;
			event->length_bytes = 4096;
			event->result = 4096;
			event->address = 0x7f3a10000000 + (uint64_t)i * 4096;
			reaped[reaped_count++] = i;
			event->cq_depth = (uint32_t)reaped_count;
			slots[i].end_ns = UINT64_MAX;
			clock += between(100, 200);
		}
		now = clock + between(1000, 4000);
		for (int i = 0; i < reaped_count; i++) {
			now += between(load->pause_low_ns, load->pause_high_ns);
			submit(&slots[reaped[i]], load, now);
		}
	}
}

/* Batches of 32 NOPs, submitted and completed in one call. */
static void make_nop(struct ev_request *events, uint32_t count)
{
	uint64_t now = 1000000000;

	for (uint32_t done = 0; done < count;) {
		uint64_t submits[DEPTH];

		for (int i = 0; i < DEPTH; i++)
			submits[i] = now += between(55, 75);
		for (int i = 0; i < DEPTH && done < count; i++, done++) {
			events[done] = blank(0);
			events[done].h.time_ns = now += between(35, 50);
			events[done].submit_ns = submits[i];
			events[done].user_data = done;
			events[done].sq_depth = (uint32_t)(DEPTH - i);
			events[done].cq_depth = (uint32_t)i + 1;
		}
		now += between(300, 900);
	}
}

struct result {
	double packed_bytes; /* an event */
	double stored_bytes;
	double encode_ns;
	double decode_ns;
};

static int fail(const struct ev_error *why)
{
	fprintf(stderr, "bench_format: %s\n", why->text);
	return why->code;
}

static int write_all(int fd, const struct ev_request *events, uint32_t count,
		     struct ev_writer_stats *ret_stats, struct ev_error *why)
{
	struct ev_writer *writer;
	int err = ev_writer_new(&writer, fd, "bench", EV_CODEC_ZSTD, why);

	if (err < 0)
		return err;
	for (uint32_t i = 0; !err && i < count; i++)
		err = ev_writer_event(writer, &events[i].h, why);
	if (!err)
		err = ev_writer_flush(writer, why);
	ev_writer_stats(writer, ret_stats);
	ev_writer_free(writer);
	return err;
}

/* Reads the file back and compares each event. */
static int read_all(int fd, const struct ev_request *events, uint32_t count, int compare,
		    struct ev_error *why)
{
	const struct ev_header *event;
	struct ev_reader *reader;
	uint64_t sum = 0;
	uint32_t read = 0;
	int err = ev_reader_open_fd(&reader, dup(fd), "bench", why);

	if (err < 0)
		return err;
	while ((err = ev_reader_next(reader, &event, why)) > 0) {
		if (compare && (read >= count || memcmp(event, &events[read], sizeof(*events))))
			err = ev_fail(why, -EBADMSG, "event %u came back different", read);
		if (err < 0)
			break;
		sum += ((const struct ev_request *)event)->submit_ns;
		read++;
	}
	ev_reader_close(reader);
	if (!err && (read != count || !sum))
		err = ev_fail(why, -EBADMSG, "%u events of %u came back", read, count);
	return err;
}

static int measure(const struct ev_request *events, uint32_t count, struct result *ret_result,
		   struct ev_error *why)
{
	struct result best = { .encode_ns = 1e9, .decode_ns = 1e9 };
	struct ev_writer_stats stats;
	FILE *file = tmpfile();
	int err = file ? 0 : ev_fail(why, -errno, "cannot make a temporary file");

	for (int pass = 0; !err && pass < PASSES; pass++) {
		uint64_t start = now_ns(), written;
		double each;

		lseek(fileno(file), 0, SEEK_SET);
		err = write_all(fileno(file), events, count, &stats, why);
		written = now_ns();
		lseek(fileno(file), 0, SEEK_SET);
		each = (double)(written - start) / count;
		best.encode_ns = each < best.encode_ns ? each : best.encode_ns;
		start = now_ns();
		if (!err)
			err = read_all(fileno(file), events, count, !pass, why);
		each = (double)(now_ns() - start) / count;
		if (pass) /* the first one compares */
			best.decode_ns = each < best.decode_ns ? each : best.decode_ns;
		best.packed_bytes = (double)stats.packed_bytes / count;
		best.stored_bytes = (double)stats.stored_bytes / count;
	}
	if (file)
		fclose(file);
	*ret_result = best;
	return err;
}

static int report(const char *name, const struct ev_request *events, uint32_t count)
{
	struct ev_error why;
	struct result result;

	if (measure(events, count, &result, &why) < 0)
		return fail(&why);
	printf("%-20s %9u requests  %6.2f B packed  %6.2f B stored  %5.1f ns write  %5.1f ns "
	       "read\n",
	       name, count, result.packed_bytes, result.stored_bytes, result.encode_ns,
	       result.decode_ns);
	return 0;
}

/* The requests of a trace; the rest is few. */
static int report_trace(const char *path, struct ev_request *events, uint32_t count)
{
	const struct ev_header *event;
	struct ev_reader *reader;
	struct ev_error why;
	uint32_t read = 0;
	int err = ev_reader_open(&reader, path, &why);

	if (err < 0)
		return fail(&why);
	while (read < count && (err = ev_reader_next(reader, &event, &why)) > 0) {
		if (event->kind == EV_REQUEST)
			memcpy(&events[read++], event, sizeof(*events));
	}
	ev_reader_close(reader);
	if (err < 0)
		return fail(&why);
	return read ? report(path, events, read) : 0;
}

int main(int argc, char **argv)
{
	uint32_t count = 1000000;
	struct ev_request *events;
	int option, failed = 0;

	while ((option = getopt(argc, argv, "n:")) == 'n')
		count = (uint32_t)strtoul(optarg, NULL, 10);
	events = count && option != '?' ? calloc(count, sizeof(*events)) : NULL;
	if (!events) {
		fprintf(stderr, "usage: bench_format [-n EVENTS] [TRACE...]\n");
		return 2;
	}
	for (int i = optind; i < argc; i++)
		failed |= report_trace(argv[i], events, count) < 0;
	if (optind == argc) {
		make_randread(events, count, &randread);
		failed |= report("randread", events, count) < 0;
		make_randread(events, count, &randread_wide);
		failed |= report("randread-wide", events, count) < 0;
		make_randread(events, count, &randread_spread);
		failed |= report("randread-spread", events, count) < 0;
		make_nop(events, count);
		failed |= report("nop", events, count) < 0;
	}
	free(events);
	return failed;
}
