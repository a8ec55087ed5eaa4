/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What reading a Windows event trace costs, on one processor: records in megabytes a second, the
 * decoder in events a second, decompression in megabytes a second of what comes out. On a synthetic
 * trace of disk and file events, or on the traces given as arguments:
 *
 *     bench_etl [TRACE.etl…]
 *
 * Processor time of the best of five passes. No test depends on these numbers.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/etl/etl_feed.h"
#include "tests/etl/etl_writer.h"
#include "windows-etw/etl_xpress.h"
#include "windows-etw/etw_source.h"

enum { PASSES = 5, OPERATIONS = 200000, EVENTS_MAX = 4000000, EXPAND_BYTES = 65536 };

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void die(const struct ev_error *why)
{
	fprintf(stderr, "bench_etl: %s\n", why->text);
	exit(1);
}

/* A file read that goes to disk: start, Init, end of the command, end of the read. */
static void add_operation(struct etl_writer *writer, uint64_t i)
{
	struct etl_when when = { 2000 + i * 40, (uint32_t)(i % 4), 400, 4000 + (uint32_t)(i % 16) };
	static struct etl_payload p;

	etl_payload_start(writer, &p);
	etl_put(&p, i * 4096, 8);
	etl_put(&p, 0x10008 + i % 64 * 16, 8);
	etl_put(&p, 0x500, 8);
	etl_put(&p, 0x9000 + i % 100 * 16, 8);
	etl_put(&p, when.tid, 4);
	etl_put(&p, 4096, 8);
	etl_write_kernel(writer, ETL_WRITE_SYSTEM, &when, etl_hook(4, 67, 3), &p);
	when.ticks++;
	etl_payload_start(writer, &p);
	etl_put(&p, 0x20000 + i % 64 * 16, 8);
	etl_put(&p, when.tid, 4);
	etl_write_kernel(writer, ETL_WRITE_SYSTEM, &when, etl_hook(1, 12, 3), &p);
	when.ticks += 800;
	etl_payload_start(writer, &p);
	etl_put(&p, 0, 4);
	etl_put(&p, 0x60001, 4);
	etl_put(&p, 4096, 8);
	etl_put(&p, i * 8192, 8);
	etl_put(&p, 0x9000 + i % 100 * 16, 8);
	etl_put(&p, 0x20000 + i % 64 * 16, 8);
	etl_put(&p, 800, 8);
	etl_put(&p, when.tid, 4);
	etl_write_kernel(writer, ETL_WRITE_PERFINFO, &when, etl_hook(1, 10, 3), &p);
	when.ticks++;
	etl_payload_start(writer, &p);
	etl_put(&p, 0x10008 + i % 64 * 16, 8);
	etl_put(&p, 4096, 8);
	etl_put(&p, 0, 4);
	etl_write_kernel(writer, ETL_WRITE_SYSTEM, &when, etl_hook(4, 76, 3), &p);
}

static int made_trace(int compressed)
{
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ .compressed = compressed });
	const uint8_t *data;
	size_t bytes;
	int fd;

	for (uint64_t i = 0; i < OPERATIONS; i++)
		add_operation(writer, i);
	data = etl_writer_finish(writer, &bytes);
	fd = etl_feed(data, bytes);
	etl_writer_free(writer);
	return fd;
}

/* Reads all; keeps the events with their payloads when `keep` is there. */
struct kept {
	struct etw_event *events;
	size_t count;
	struct etl_clock clock;
};

static void keep_event(struct kept *keep, const struct etw_event *event)
{
	uint8_t *payload;

	if (!keep || keep->count == EVENTS_MAX)
		return;
	payload = malloc(event->payload_bytes + 1);
	memcpy(payload, event->payload, event->payload_bytes);
	keep->events[keep->count] = *event;
	keep->events[keep->count].schema = NULL;
	keep->events[keep->count++].payload = payload;
}

static uint64_t read_once(int fd, struct kept *keep, struct etl_reader_stats *stats,
			  uint64_t *ret_events)
{
	const struct etw_event *event;
	struct etl_reader *reader;
	struct ev_error why;
	uint64_t start = now_ns();
	int got;

	if (etl_reader_open(&reader, dup(fd), "trace", &why))
		die(&why);
	while ((got = etl_reader_next(reader, &event, &why)) > 0)
		keep_event(keep, event);
	if (got < 0)
		die(&why);
	start = now_ns() - start;
	*stats = etl_reader_stats(reader);
	*ret_events = etl_counts_total(etl_reader_counts(reader));
	if (keep)
		keep->clock = etl_reader_facts(reader)->clock;
	etl_reader_close(reader);
	return start;
}

static void bench_reader(int fd, const char *name)
{
	struct etl_reader_stats stats;
	uint64_t best = UINT64_MAX, events;

	for (int pass = 0; pass < PASSES; pass++) {
		uint64_t ns = read_once(fd, NULL, &stats, &events);

		best = ns < best ? ns : best;
	}
	printf("%-28s reader   %7.0f MB/s of records  %6.1f M events/s\n", name,
	       (double)stats.record_bytes * 1e3 / (double)best,
	       (double)events * 1e3 / (double)best);
}

static uint64_t decode_once(const struct kept *kept)
{
	struct etw_decoder *decoder = etw_decoder_new(&kept->clock, ETW_HOLD_FILE);
	uint64_t start = now_ns();

	for (size_t i = 0; i < kept->count; i++) {
		etw_decoder_event(decoder, &kept->events[i]);
		while (etw_decoder_take(decoder))
			;
	}
	etw_decoder_end(decoder);
	while (etw_decoder_take(decoder))
		;
	start = now_ns() - start;
	etw_decoder_free(decoder);
	return start;
}

static void bench_decoder(int fd, const char *name)
{
	struct kept kept = { .events = calloc(EVENTS_MAX, sizeof(struct etw_event)) };
	struct etl_reader_stats stats;
	uint64_t best = UINT64_MAX, events;

	read_once(fd, &kept, &stats, &events);
	for (int pass = 0; pass < PASSES; pass++) {
		uint64_t ns = decode_once(&kept);

		best = ns < best ? ns : best;
	}
	printf("%-28s decoder  %7.1f M events/s\n", name, (double)kept.count * 1e3 / (double)best);
	for (size_t i = 0; i < kept.count; i++)
		free((void *)(uintptr_t)kept.events[i].payload);
	free(kept.events);
}

/* Expands the same buffers again and again: the first of the made trace. */
static void bench_xpress(void)
{
	enum { BUFFERS = 32, ROUNDS = 64 };
	static uint8_t data[BUFFERS][EXPAND_BYTES], packed[BUFFERS][EXPAND_BYTES * 9 / 8 + 64];
	static uint8_t out[EXPAND_BYTES];
	int fd = made_trace(0);
	size_t bytes[BUFFERS], all = 0;
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < BUFFERS; i++) {
		if (pread(fd, data[i], EXPAND_BYTES, (i + 1) * (off_t)EXPAND_BYTES) != EXPAND_BYTES)
			exit(1);
		bytes[i] = etl_compress(data[i], EXPAND_BYTES, packed[i]);
		all += bytes[i];
	}
	for (int pass = 0; pass < PASSES; pass++) {
		uint64_t start = now_ns();

		for (int i = 0; i < BUFFERS * ROUNDS; i++)
			if (etl_xpress_expand(packed[i % BUFFERS], bytes[i % BUFFERS], out,
					      EXPAND_BYTES) != EXPAND_BYTES)
				exit(1);
		start = now_ns() - start;
		best = start < best ? start : best;
	}
	printf("%-28s XPRESS   %7.0f MB/s expanded, from %.0f %% of it\n", "made",
	       (double)EXPAND_BYTES * BUFFERS * ROUNDS * 1e3 / (double)best,
	       100.0 * (double)all / (EXPAND_BYTES * BUFFERS));
	close(fd);
}

int main(int count, char **paths)
{
	int fd;

	for (int i = 1; i < count; i++) {
		fd = open(paths[i], O_RDONLY);
		bench_reader(fd, paths[i]);
		bench_decoder(fd, paths[i]);
		close(fd);
	}
	if (count > 1)
		return 0;
	fd = made_trace(0);
	bench_reader(fd, "made");
	bench_decoder(fd, "made");
	close(fd);
	fd = made_trace(1);
	bench_reader(fd, "made, compressed");
	close(fd);
	bench_xpress();
	return 0;
}
