/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The events that ringload.exe writes for RIO and IoRing, read back by the decoder: what the one
 * half puts into the data descriptors, the other takes from a trace. Neither half knows the other.
 */
#include "tests/etl/etl_trace.h"
#include "workloads/queue_event.h"

/* {7f3c41d2-58ab-4e0c-9d16-2b90e6a7c854} as docs/windows.md gives it, in memory order. */
static const struct etw_guid provider = { { 0xd2, 0x41, 0x3c, 0x7f, 0xab, 0x58, 0x0c, 0x4e, 0x9d,
					    0x16, 0x2b, 0x90, 0xe6, 0xa7, 0xc8, 0x54 } };

static void write_fact(struct trace *trace, uint64_t ticks, enum load_queue_event event,
		       const struct load_queue_fact *fact)
{
	uint8_t schema[LOAD_QUEUE_EVENT_BYTES], values[LOAD_QUEUE_EVENT_BYTES];
	struct etl_manifest_event about = { .provider = provider, .schema = schema };

	about.schema_bytes = load_queue_event_schema(event, schema);
	assert_in_range(about.schema_bytes, 1, LOAD_QUEUE_EVENT_BYTES);
	trace->when.ticks = ticks;
	etl_put_bytes(&trace->payload, values, load_queue_event_values(event, fact, values));
	trace_manifest(trace, &about);
}

static void ioring(void **state)
{
	struct trace *trace = trace_new(8);
	struct load_queue_fact fact = { .queue = 0xfeed5150,
					.kind = LOAD_QUEUE_KIND_IORING,
					.op = 5,
					.user_data = 0x123456789abcdef0,
					.offset_bytes = 0x1122334455667788,
					.length_bytes = 0xfffff000,
					.depth = 7 };
	const struct ev_request *request;
	const struct ev_queue *queue;

	(void)state;
	write_fact(trace, 20000, LOAD_QUEUE_EVENT_SUBMIT, &fact);
	fact.result = 4096;
	fact.depth = 3;
	write_fact(trace, 20050, LOAD_QUEUE_EVENT_COMPLETE, &fact);
	trace_read(trace);
	queue = trace_event(trace, EV_QUEUE, 0);
	assert_int_equal(queue->type, EV_QUEUE_IORING);
	request = trace_event(trace, EV_REQUEST, 0);
	assert_int_equal(trace_count(trace, EV_REQUEST), 1);
	assert_int_equal(request->op, EV_WINDOWS_IORING_WRITE);
	assert_int_equal(request->user_data, 0x123456789abcdef0);
	assert_int_equal(request->offset_bytes, 0x1122334455667788);
	assert_int_equal(request->length_bytes, 0xfffff000);
	assert_int_equal(request->sq_depth, 7);
	assert_int_equal(request->cq_depth, 3);
	assert_int_equal(request->result, 4096);
	assert_int_equal(request->status, 0);
	assert_int_equal(request->queue, queue->queue);
	trace_free(trace);
}

static void rio_failure(void **state)
{
	struct trace *trace = trace_new(8);
	struct load_queue_fact fact = { .queue = 1,
					.kind = LOAD_QUEUE_KIND_RIO,
					.op = LOAD_RIO_OP_RECEIVE,
					.user_data = 9,
					.length_bytes = 100,
					.depth = 1 };
	const struct ev_request *request;

	(void)state;
	write_fact(trace, 20000, LOAD_QUEUE_EVENT_SUBMIT, &fact);
	fact.result = (int32_t)0x80072746; /* WSAECONNRESET */
	write_fact(trace, 20050, LOAD_QUEUE_EVENT_COMPLETE, &fact);
	trace_read(trace);
	assert_int_equal(((const struct ev_queue *)trace_event(trace, EV_QUEUE, 0))->type,
			 EV_QUEUE_RIO);
	request = trace_event(trace, EV_REQUEST, 0);
	assert_int_equal(request->op, EV_WINDOWS_RIO_RECV);
	assert_int_equal(request->status, 0x80072746);
	assert_int_equal(request->result, -(int64_t)0x80072746);
	trace_free(trace);
}

/* The names that Windows shows for the provider, and the sizes that both blobs begin with. */
static void blobs(void **state)
{
	uint8_t bytes[LOAD_QUEUE_EVENT_BYTES];
	uint32_t size = load_queue_event_provider(bytes);

	(void)state;
	assert_int_equal(size, 2 + sizeof("ringlens.Queues"));
	assert_int_equal(bytes[0] | bytes[1] << 8, size);
	assert_string_equal((const char *)bytes + 2, "ringlens.Queues");
	size = load_queue_event_schema(LOAD_QUEUE_EVENT_COMPLETE, bytes);
	assert_int_equal(bytes[0] | bytes[1] << 8, size);
	assert_string_equal((const char *)bytes + 3, "Complete");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ioring),
		cmocka_unit_test(rio_failure),
		cmocka_unit_test(blobs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
