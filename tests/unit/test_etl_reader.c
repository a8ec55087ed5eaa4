/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* The reader on synthetic traces: every record header, both pointer sizes, order over processors,
 * compression, circular files, gaps, and damage of all sorts. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/etl/etl_feed.h"
#include "tests/etl/etl_writer.h"
#include "windows-etw/etl_reader.h"

static const struct etw_guid somebody = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
					    16 } };

/* Reads all of a file. */
struct result {
	struct etl_losses losses;
	uint64_t events;
	uint64_t ticks[20000];
	struct etw_event last;
	int status;
	struct ev_error why;
};

static void read_bytes(const uint8_t *data, size_t bytes, struct result *result)
{
	const struct etw_event *event;
	struct etl_reader *reader;

	memset(result, 0, sizeof(*result));
	result->status = etl_reader_open(&reader, etl_feed(data, bytes), "test.etl", &result->why);
	if (result->status)
		return;
	while ((result->status = etl_reader_next(reader, &event, &result->why)) > 0) {
		if (result->events < sizeof(result->ticks) / sizeof(result->ticks[0]))
			result->ticks[result->events] = event->ticks;
		result->events++;
		result->last = *event;
	}
	result->losses = etl_reader_losses(reader);
	etl_reader_close(reader);
}

static void read_all(struct etl_writer *writer, struct result *result)
{
	size_t bytes;
	const uint8_t *data = etl_writer_finish(writer, &bytes);

	read_bytes(data, bytes, result);
}

static void simple(struct etl_writer *writer, uint64_t ticks, uint32_t cpu)
{
	struct etl_payload payload;
	struct etl_when when = { ticks, cpu, 100, 200 };

	etl_payload_start(writer, &payload);
	etl_put(&payload, ticks, 8);
	etl_write_kernel(writer, ETL_WRITE_SYSTEM, &when, etl_hook(5, 99, 2), &payload);
}

/* One record of each header; what it says must come out. */
static void headers_of(uint32_t pointer_bytes)
{
	struct etl_writer *writer =
		etl_writer_new(&(struct etl_terms){ .pointer_bytes = pointer_bytes });
	struct etl_when when = { 2000, 3, 100, 200 };
	struct etl_manifest_event manifest = { somebody, 77, 3, 12, NULL, 0, NULL };
	struct etl_payload payload;
	const struct etw_event *event;
	struct etl_reader *reader;
	struct ev_error why;
	size_t bytes;
	const uint8_t *data;
	static const uint8_t forms[] = { ETW_FORM_SYSTEM,  ETW_FORM_PERFINFO, ETW_FORM_COMPACT,
					 ETW_FORM_CLASSIC, ETW_FORM_INSTANCE, ETW_FORM_EVENT,
					 ETW_FORM_EVENT,   ETW_FORM_MESSAGE };

	etl_payload_start(writer, &payload);
	etl_put(&payload, 0x1122334455667788, 8);
	etl_write_kernel(writer, ETL_WRITE_SYSTEM, &when, etl_hook(4, 67, 3), &payload);
	etl_write_kernel(writer, ETL_WRITE_PERFINFO, &when, etl_hook(4, 67, 3), &payload);
	etl_write_kernel(writer, ETL_WRITE_COMPACT, &when, etl_hook(4, 67, 3), &payload);
	etl_write_classic(writer, 0, &when, &somebody, 67 << 8 | 3, &payload);
	etl_write_classic(writer, 1, &when, &somebody, 67 << 8 | 3, &payload);
	etl_write_event(writer, &when, &manifest, &payload);
	manifest.schema = (const uint8_t *)"\x07\0\0abc";
	manifest.schema_bytes = 7;
	etl_write_event(writer, &when, &manifest, &payload);
	etl_write_message(writer, &when, &somebody, 77, &payload);
	data = etl_writer_finish(writer, &bytes);
	assert_int_equal(etl_reader_open(&reader, etl_feed(data, bytes), "t", &why), 0);
	assert_int_equal(etl_reader_next(reader, &event, &why), 1); /* the trace header */
	for (size_t i = 0; i < sizeof(forms); i++) {
		assert_int_equal(etl_reader_next(reader, &event, &why), 1);
		assert_int_equal(event->form, forms[i]);
		assert_int_equal(event->ticks, 2000);
		assert_int_equal(event->cpu, 3);
		assert_int_equal(event->payload_bytes, 8);
		assert_int_equal(event->payload[0], 0x88);
		assert_int_equal(event->payload[7], 0x11);
		assert_int_equal(event->pid, i == 1 ? ETW_ID_NONE : 100);
		assert_int_equal(event->tid, i == 1 ? ETW_ID_NONE : 200);
		if (i < 7)
			assert_int_equal(event->pointer_bytes, pointer_bytes);
		if (i < 3)
			assert_int_equal(event->group, 4);
		if (i < 5)
			assert_int_equal(event->type, 67);
		if (i < 7)
			assert_int_equal(event->version, 3);
		if (i == 3 || i > 4)
			assert_memory_equal(&event->provider, &somebody, sizeof(somebody));
		if (i > 4)
			assert_int_equal(event->id, 77);
		assert_int_equal(event->schema != NULL, i == 6);
	}
	assert_int_equal(etl_reader_next(reader, &event, &why), 0);
	assert_int_equal(etl_counts_total(etl_reader_counts(reader)), 9);
	etl_reader_close(reader);
	etl_writer_free(writer);
}

static void headers(void **state)
{
	(void)state;
	headers_of(4);
	headers_of(8);
}

/* Processor counters between header and payload are stepped over. */
static void counters_in_front(void **state)
{
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ 0 });
	struct etl_when when = { 2000, 0, 1, 2 };
	struct etl_payload payload;
	struct result result;

	(void)state;
	etl_payload_start(writer, &payload);
	etl_put(&payload, 1, 8);
	etl_put(&payload, 2, 8);
	etl_put(&payload, 3, 8);
	etl_put(&payload, 0xabcd, 2);
	etl_write_kernel(writer, ETL_WRITE_PERFINFO, &when, etl_hook(1, 10, 0x8203), &payload);
	read_all(writer, &result);
	assert_int_equal(result.last.version, 3);
	assert_int_equal(result.last.payload_bytes, 2);
	etl_writer_free(writer);
}

static void check_order(const struct result *result, uint64_t events)
{
	assert_int_equal(result->status, 0);
	assert_int_equal(result->events, events + 1);
	assert_int_equal(result->losses.late, 0);
	assert_int_equal(result->losses.damaged, 0);
	for (uint64_t i = 1; i < result->events; i++)
		assert_true(result->ticks[i] >= result->ticks[i - 1]);
}

/* Eight processors at very different rates, so that their buffers are flushed far out of order. */
static void order_of(const struct etl_terms *terms)
{
	struct etl_writer *writer = etl_writer_new(terms);
	struct result *result = malloc(sizeof(*result));
	uint64_t events = 15000;

	for (uint64_t i = 0; i < events; i++) {
		uint32_t cpu = 0;

		while (cpu + 1 < ETL_WRITER_CPUS && i % (3u << (2 * cpu)) == 0)
			cpu++;
		simple(writer, 2000 + i * 3, cpu);
	}
	read_all(writer, result);
	check_order(result, events);
	assert_int_equal(result->losses.session_buffers, 0);
	free(result);
	etl_writer_free(writer);
}

static void order(void **state)
{
	(void)state;
	order_of(&(struct etl_terms){ 0 });
	order_of(&(struct etl_terms){ .buffer_bytes = 4096, .old_cpu_field = 1 });
	order_of(&(struct etl_terms){ .compressed = 1 });
	order_of(&(struct etl_terms){ .compressed = 1, .pointer_bytes = 4, .buffer_bytes = 8192 });
}

/* Time that goes back in a buffer: a late event, unless it is the wall clock, which was set. */
static void clock_set_back(void **state)
{
	(void)state;
	for (uint32_t clock = 1; clock <= 2; clock++) {
		const uint64_t start = 133000000000000000;
		struct etl_writer *writer = etl_writer_new(&(struct etl_terms){
			.clock = clock, .base_ticks = start, .start_filetime = start });
		struct result result;

		simple(writer, start + 500, 0);
		simple(writer, start + 200, 0);
		simple(writer, start + 600, 0);
		read_all(writer, &result);
		assert_int_equal(result.events, 4);
		assert_int_equal(result.ticks[2], clock == 2 ? start + 500 : start + 200);
		assert_int_equal(result.ticks[3], start + 600);
		assert_int_equal(result.losses.late, clock == 2 ? 0 : 1);
		etl_writer_free(writer);
	}
}

/* A circular file: the newest buffers stand before the oldest. */
static void circular(void **state)
{
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ .buffer_bytes = 4096 });
	struct result *result = malloc(sizeof(*result));
	size_t bytes, count, turn;
	const size_t *buffers;
	const uint8_t *data;
	uint8_t *turned;

	(void)state;
	for (uint64_t i = 0; i < 2000; i++)
		simple(writer, 2000 + i, (uint32_t)(i % 3));
	data = etl_writer_finish(writer, &bytes);
	buffers = etl_writer_buffers(writer, &count);
	turn = buffers[count / 3];
	turned = malloc(bytes);
	memcpy(turned, data, 4096);
	memcpy(turned + 4096, data + turn, bytes - turn);
	memcpy(turned + 4096 + (bytes - turn), data + 4096, turn - 4096);
	read_bytes(turned, bytes, result);
	check_order(result, 2000);
	free(turned);
	free(result);
	etl_writer_free(writer);
}

static void losses(void **state)
{
	struct etl_writer *writer =
		etl_writer_new(&(struct etl_terms){ .events_lost = 41, .buffer_bytes = 4096 });
	struct result result;

	(void)state;
	simple(writer, 2000, 0);
	etl_writer_flush(writer, 0);
	etl_writer_skip_sequence(writer, 3);
	simple(writer, 2001, 0);
	read_all(writer, &result);
	assert_int_equal(result.losses.session_events, 41);
	assert_int_equal(result.losses.session_buffers, 3);
	assert_int_equal(result.events, 3);
	etl_writer_free(writer);
}

/* The rest of a buffer behind bytes that are no record is lost, and only it. */
static void damaged_record(void **state)
{
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ 0 });
	struct result result;

	(void)state;
	simple(writer, 2000, 0);
	etl_write_raw(writer, 0, "\1\2\3\4\5\6\7\10", 8);
	simple(writer, 2001, 0);
	simple(writer, 2002, 1);
	read_all(writer, &result);
	assert_int_equal(result.status, 0);
	assert_int_equal(result.events, 3);
	assert_int_equal(result.losses.damaged, 1);
	etl_writer_free(writer);
}

/* A buffer header of noise: the next buffer is found. */
static void damaged_buffer(void **state)
{
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ .buffer_bytes = 4096 });
	struct result result;
	uint8_t *copy;
	size_t bytes;
	const uint8_t *data;

	(void)state;
	for (uint64_t i = 0; i < 4; i++) {
		simple(writer, 2000 + i, 0);
		etl_writer_flush(writer, 0);
	}
	data = etl_writer_finish(writer, &bytes);
	copy = malloc(bytes);
	memcpy(copy, data, bytes);
	memset(copy + 2 * 4096, 0x5a, 60);
	read_bytes(copy, bytes, &result);
	assert_int_equal(result.events, 4);
	assert_int_equal(result.losses.damaged, 1);
	assert_int_equal(result.losses.session_buffers, 1);
	/* Without a size it is damaged, too: only space that was never written has nothing at all. */
	memcpy(copy, data, bytes);
	memset(copy + 2 * 4096, 0, 4);
	read_bytes(copy, bytes, &result);
	assert_int_equal(result.events, 4);
	assert_int_equal(result.losses.damaged, 1);
	free(copy);
	etl_writer_free(writer);
}

/* A trace header with a size that buffers cannot have: they are found behind a damaged one all the
 * same. */
static void impossible_buffer_size(void **state)
{
	enum { SIZE_AT = ETL_BUFFER_HEADER_BYTES + 32 /* behind the record's own header */ };
	static const uint32_t sizes[] = { 0, 1, 1023, ETL_BUFFER_BYTES_MAX + 1, UINT32_MAX };
	const uint32_t usual = 4096;
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ .buffer_bytes = usual });
	uint8_t *copy;
	size_t bytes;
	const uint8_t *data;

	(void)state;
	for (uint64_t i = 0; i < 4; i++) {
		simple(writer, 2000 + i, 0);
		etl_writer_flush(writer, 0);
	}
	data = etl_writer_finish(writer, &bytes);
	assert_memory_equal(data + SIZE_AT, &usual, sizeof(usual));
	copy = malloc(bytes);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct result result;

		memcpy(copy, data, bytes);
		memcpy(copy + SIZE_AT, &sizes[i], sizeof(sizes[i]));
		memset(copy + 2 * usual, 0x5a, 60);
		read_bytes(copy, bytes, &result);
		assert_int_equal(result.status, 0);
		assert_int_equal(result.events, 4);
	}
	free(copy);
	etl_writer_free(writer);
}

/* A copy of a running trace ends in the middle of a buffer; reserved space is all zeros. */
static void cut_and_blank(void **state)
{
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ .buffer_bytes = 4096 });
	struct result result;
	uint8_t *copy;
	size_t bytes;
	const uint8_t *data;

	(void)state;
	simple(writer, 2000, 0);
	etl_writer_flush(writer, 0);
	simple(writer, 2001, 0);
	simple(writer, 2002, 0);
	data = etl_writer_finish(writer, &bytes);
	read_bytes(data, 2 * 4096 + 0x48 + 40, &result);
	assert_int_equal(result.events, 3);
	assert_int_equal(result.losses.truncated, 1);
	copy = calloc(1, bytes + 3 * 4096);
	memcpy(copy, data, bytes);
	read_bytes(copy, bytes + 3 * 4096, &result);
	assert_int_equal(result.events, 4);
	assert_int_equal(result.losses.damaged, 0);
	assert_int_equal(result.losses.truncated, 0);
	free(copy);
	etl_writer_free(writer);
}

/* Compression that nobody has seen in a trace is refused by name. */
static void other_codecs(void **state)
{
	static const char *const names[] = { [2] = "LZNT1", [4] = "Huffman" };

	(void)state;
	for (uint8_t codec = 2; codec <= 4; codec += 2) {
		struct etl_writer *writer = etl_writer_new(
			&(struct etl_terms){ .compressed = 1, .buffer_bytes = 4096 });
		struct result result;
		uint8_t *copy;
		size_t bytes;
		const uint8_t *data;

		simple(writer, 2000, 0);
		data = etl_writer_finish(writer, &bytes);
		copy = malloc(bytes);
		memcpy(copy, data, bytes);
		copy[4096 + 0x2c] = codec;
		read_bytes(copy, bytes, &result);
		assert_int_equal(result.status, -ENOTSUP);
		assert_non_null(strstr(result.why.text, names[codec]));
		free(copy);
		etl_writer_free(writer);
	}
}

static void no_header(void **state)
{
	static uint8_t noise[200000];
	struct result result;

	(void)state;
	read_bytes(noise, sizeof(noise), &result);
	assert_int_equal(result.status, -EBADMSG);
	assert_non_null(strstr(result.why.text, "test.etl"));
	read_bytes(noise, 10, &result);
	assert_true(result.status < 0);
}

/* A session's name that its record cuts off ends there, whatever bytes come behind. */
static void name_without_an_end(void **state)
{
	enum { RECORD = ETL_BUFFER_HEADER_BYTES, NAME = 32 + 280, SIZE_BYTES = NAME + 2 };
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ .buffer_bytes = 4096 });
	struct etl_reader *reader;
	struct ev_error why;
	uint8_t *copy;
	size_t bytes;
	const uint8_t *data = etl_writer_finish(writer, &bytes);

	(void)state;
	copy = malloc(bytes);
	memcpy(copy, data, bytes);
	assert_int_equal(copy[RECORD + NAME], 'T');
	copy[RECORD + 4] = (uint8_t)SIZE_BYTES;
	copy[RECORD + 5] = SIZE_BYTES >> 8;
	copy[RECORD + NAME + 2] = 'X';
	assert_int_equal(etl_reader_open(&reader, etl_feed(copy, bytes), "t", &why), 0);
	assert_string_equal(etl_reader_facts(reader)->session, "T");
	etl_reader_close(reader);
	free(copy);
	etl_writer_free(writer);
}

/* Every byte of a small trace, wrong in turn: an end or an error, and never more events. */
static void flipped(void **state)
{
	struct etl_writer *writer =
		etl_writer_new(&(struct etl_terms){ .buffer_bytes = 1024, .compressed = 1 });
	struct result *result = malloc(sizeof(*result));
	uint8_t *copy;
	size_t bytes;
	const uint8_t *data;

	(void)state;
	for (uint64_t i = 0; i < 20; i++)
		simple(writer, 2000 + i, (uint32_t)(i % 2));
	data = etl_writer_finish(writer, &bytes);
	copy = malloc(bytes);
	for (size_t at = 0; at < bytes; at++) {
		memcpy(copy, data, bytes);
		copy[at] ^= (uint8_t)(1u << (at % 8));
		read_bytes(copy, bytes, result);
		assert_true(result->events <= 1000);
		read_bytes(data, at, result);
		assert_true(result->events <= 21);
	}
	free(copy);
	free(result);
	etl_writer_free(writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(counters_in_front),
		cmocka_unit_test(order),
		cmocka_unit_test(circular),
		cmocka_unit_test(losses),
		cmocka_unit_test(damaged_record),
		cmocka_unit_test(damaged_buffer),
		cmocka_unit_test(cut_and_blank),
		cmocka_unit_test(other_codecs),
		cmocka_unit_test(no_header),
		cmocka_unit_test(flipped),
		cmocka_unit_test(clock_set_back),
		cmocka_unit_test(impossible_buffer_size),
		cmocka_unit_test(name_without_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
