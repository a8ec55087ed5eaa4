/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A live session on a Windows of our own: its calls are recorded, can be told to fail, and deliver
 * the records of a synthetic trace as the API would hand them out. What comes out must be what the
 * reader makes of the same trace as a file; and whatever fails, no session is left running.
 */
#include <errno.h>

#include "tests/etl/etl_trace.h"
#include "windows-etw/etw_live.h"
#include "windows-etw/etw_record.h"

/* The calls, a letter each: c(laim) s(tart) m(asks) e(nable) d(eliver) x (stop) j(oin). */
struct fake {
	char calls[64];
	size_t call_count;
	const uint8_t *etl; /* to deliver */
	size_t etl_bytes;
	uint32_t fail_claim, fail_start, fail_masks, fail_enable, fail_deliver;
	int stale; /* a session of our name runs */
	int running;
	struct etw_api_losses losses;
	struct etl_clock_terms clock;
};

static void call(struct fake *fake, char letter)
{
	if (fake->call_count < sizeof(fake->calls) - 1)
		fake->calls[fake->call_count++] = letter;
}

static uint32_t claim(void *arg, const struct etw_plan *plan)
{
	(void)plan;
	call(arg, 'c');
	return ((struct fake *)arg)->fail_claim;
}

static uint32_t start(void *arg, const struct etw_plan *plan)
{
	struct fake *fake = arg;

	(void)plan;
	call(fake, 's');
	if (fake->running)
		return ETW_WIN_EXISTS;
	fake->running = !fake->fail_start;
	return fake->fail_start;
}

static uint32_t add_masks(void *arg, const uint32_t masks[ETW_MASKS])
{
	(void)masks;
	call(arg, 'm');
	return ((struct fake *)arg)->fail_masks;
}

static uint32_t enable(void *arg, const struct etw_provider *provider)
{
	(void)provider;
	call(arg, 'e');
	return ((struct fake *)arg)->fail_enable;
}

static uint32_t stop(void *arg, const struct etw_plan *plan)
{
	struct fake *fake = arg;
	int ran = fake->running || fake->stale;

	(void)plan;
	call(fake, 'x');
	fake->running = fake->stale = 0;
	return ran ? 0 : ETW_WIN_NOT_RUNNING;
}

static uint32_t query(void *arg, const struct etw_plan *plan, struct etw_api_losses *ret_losses)
{
	struct fake *fake = arg;

	(void)plan;
	*ret_losses = fake->losses;
	return fake->running || fake->stale ? 0 : ETW_WIN_NOT_RUNNING;
}

static void join(void *arg)
{
	call(arg, 'j');
}

static void read_clock(void *arg, struct etl_clock_terms *ret_terms)
{
	*ret_terms = ((struct fake *)arg)->clock;
}

/* As the API words it: a GUID for the group byte, flags for the header. */
static struct etw_record as_record(const struct etw_event *event)
{
	struct etw_record record = {
		.ticks = event->ticks,
		.keyword = event->keyword,
		.provider = event->group == ETW_GROUP_NONE ? event->provider
							   : *etw_guid_of_group(event->group),
		.payload = event->payload,
		.schema = event->schema,
		.payload_bytes = event->payload_bytes,
		.schema_bytes = event->schema_bytes,
		.cpu = event->cpu,
		.pid = event->pid,
		.tid = event->tid,
		.id = event->id,
		.version = event->version,
		.level = event->level,
		.opcode = event->type,
	};

	record.flags = event->pointer_bytes == 4 ? ETW_RECORD_32BIT : ETW_RECORD_64BIT;
	if (event->form != ETW_FORM_EVENT)
		record.flags |= ETW_RECORD_CLASSIC;
	return record;
}

static uint32_t deliver(void *arg, const struct etw_plan *plan, struct etw_ring *ring)
{
	struct fake *fake = arg;
	const struct etw_event *event;
	struct etl_reader *reader;
	struct ev_error why;

	(void)plan;
	call(fake, 'd');
	if (fake->fail_deliver)
		return fake->fail_deliver;
	if (fake->etl) {
		if (etl_reader_open(&reader, etl_feed(fake->etl, fake->etl_bytes), "fake", &why))
			fail_msg("%s", why.text);
		while (etl_reader_next(reader, &event, &why) > 0) {
			struct etw_record record = as_record(event);
			struct etw_event again;

			etw_record_event(&record, &again);
			etw_ring_put(ring, &again);
		}
		etl_reader_close(reader);
	}
	etw_ring_close(ring);
	return 0;
}

static const struct etw_host host = { 19045, 4, 1, 0, NULL };

static struct etw_api api_of(struct fake *fake)
{
	return (struct etw_api){ claim,	     start, add_masks, enable, deliver,
				 read_clock, query, stop,      join,   fake };
}

static struct fake fake_new(void)
{
	return (struct fake){ .clock = { .type = ETL_CLOCK_COUNTER,
					 .counter_frequency = 10000000,
					 .base_ticks = 1000,
					 .base_filetime = UINT64_C(133000000000000000) } };
}

static struct etw_plan plan_of(uint32_t wants)
{
	struct etw_plan plan;

	assert_int_equal(etw_plan_make(&host, &(struct etw_wish){ .wants = wants }, &plan, NULL),
			 0);
	return plan;
}

/* Reads, writes and a flush of a disk, from two processors, with threads and names. */
static void write_disk(struct trace *trace)
{
	for (uint32_t i = 0; i < 200; i++) {
		uint64_t irp = 0x1000 + 16 * (i % 8);

		trace->when = (struct etl_when){ 10000 + i * 100, i & 1, 400, 4000 };
		etl_put_pointer(&trace->payload, irp);
		etl_put(&trace->payload, 4000, 4);
		trace_kernel(trace, ETL_WRITE_SYSTEM, etl_hook(1, i % 3 ? 12 : 13, 3));
		trace->when.ticks += 70;
		etl_put(&trace->payload, i % 2, 4);   /* disk */
		etl_put(&trace->payload, 0x60043, 4); /* priority 3 */
		etl_put(&trace->payload, 4096, 4);
		etl_put(&trace->payload, 0, 4);
		etl_put(&trace->payload, i * 4096, 8);
		etl_put_pointer(&trace->payload, 0xabc0);
		etl_put_pointer(&trace->payload, irp);
		etl_put(&trace->payload, 70, 8);
		etl_put(&trace->payload, 4000, 4);
		trace_kernel(trace, ETL_WRITE_PERFINFO, etl_hook(1, i % 3 ? 10 : 11, 3));
	}
}

/* Both ways give the same events, but for SESSION, which says how they came. */
static void live_says_what_a_file_says(void **unused)
{
	struct trace *trace = trace_new(8);
	struct fake fake = fake_new();
	struct etw_api api = api_of(&fake);
	struct etw_plan plan = plan_of(0);
	const struct ev_header *event;
	struct etw_live *live;
	struct ev_error why;
	size_t count = 0;

	(void)unused;
	write_disk(trace);
	trace_read(trace);
	fake.etl = etl_writer_finish(trace->writer, &fake.etl_bytes);
	if (etw_live_start(&live, &api, &host, &plan, &why))
		fail_msg("%s", why.text);
	while (etw_source_next(etw_live_source(live), &event, &why) > 0) {
		assert_true(count < trace->count);
		if (event->kind != EV_SESSION) {
			assert_int_equal(event->size_bytes, trace->events[count]->size_bytes);
			assert_memory_equal(event, trace->events[count], event->size_bytes);
		}
		count++;
	}
	assert_int_equal(count, trace->count);
	assert_true(trace_count(trace, EV_COMMAND) == 200);
	etw_live_free(live);
	assert_string_equal(fake.calls, "cxsdmeeeexj");
	assert_false(fake.running);
	trace_free(trace);
}

static int try(struct fake *fake, uint32_t wants, struct ev_error *why)
{
	struct etw_api api = api_of(fake);
	struct etw_plan plan = plan_of(wants);
	struct etw_live *live;
	int err = etw_live_start(&live, &api, &host, &plan, why);

	if (!err)
		etw_live_free(live);
	assert_false(fake->running);
	return err;
}

static void failures_leave_nothing_behind(void **unused)
{
	struct ev_error why;
	struct fake fake = fake_new();

	(void)unused;
	fake.fail_claim = ETW_WIN_EXISTS;
	assert_int_equal(try(&fake, ETW_WANT_DISK, &why), -EBUSY);
	assert_string_equal(fake.calls, "c");
	assert_non_null(strstr(why.text, "--session"));
	fake = fake_new();
	fake.fail_start = ETW_WIN_ACCESS_DENIED;
	assert_int_equal(try(&fake, ETW_WANT_DISK, &why), -EACCES);
	assert_non_null(strstr(why.text, "Run as administrator"));
	fake = fake_new();
	fake.fail_start = ETW_WIN_NO_RESOURCES;
	assert_int_equal(try(&fake, ETW_WANT_DISK, &why), -EAGAIN);
	fake = fake_new();
	fake.fail_start = 12345;
	assert_int_equal(try(&fake, ETW_WANT_DISK, &why), -EIO);
	assert_non_null(strstr(why.text, "12345"));
	fake = fake_new();
	fake.fail_deliver = ETW_WIN_ACCESS_DENIED;
	assert_int_equal(try(&fake, ETW_WANT_DISK, &why), -EACCES);
	assert_string_equal(fake.calls, "cxsdex");
}

static void a_stale_session_is_stopped_and_told(void **unused)
{
	struct fake fake = fake_new();
	struct etw_api api = api_of(&fake);
	struct etw_plan plan = plan_of(ETW_WANT_DISK);
	struct etw_live *live;

	(void)unused;
	fake.stale = 1;
	assert_int_equal(etw_live_start(&live, &api, &host, &plan, NULL), 0);
	assert_non_null(strstr(etw_live_note(live, 0), "left running"));
	assert_null(etw_live_note(live, 1));
	etw_live_free(live);
}

static void the_kernel_logger_of_others_is_left_alone(void **unused)
{
	const struct etw_host seven = { 7601, 4, 1, 0, NULL };
	struct fake fake = fake_new();
	struct etw_api api = api_of(&fake);
	struct etw_plan plan;
	struct etw_live *live;
	struct ev_error why;

	(void)unused;
	assert_int_equal(etw_plan_make(&seven, &(struct etw_wish){ 0 }, &plan, NULL), 0);
	fake.stale = 1;
	assert_int_equal(etw_live_start(&live, &api, &seven, &plan, &why), -EBUSY);
	assert_string_equal(fake.calls, "c");
	assert_true(fake.stale);
}

static void refusals_are_noted(void **unused)
{
	struct fake fake = fake_new();
	struct etw_api api = api_of(&fake);
	struct etw_plan plan = plan_of(ETW_WANT_ALL);
	struct etw_live *live;

	(void)unused;
	fake.fail_masks = ETW_WIN_NOT_SUPPORTED;
	fake.fail_enable = ETW_WIN_ACCESS_DENIED;
	assert_int_equal(etw_live_start(&live, &api, &host, &plan, NULL), 0);
	assert_non_null(strstr(etw_live_note(live, 0), "group mask (error 50)"));
	assert_non_null(strstr(etw_live_note(live, 1), "StorPort"));
	assert_non_null(etw_live_note(live, 4));
	assert_null(etw_live_note(live, 5));
	etw_live_free(live);
}

/* Losses that Windows counts, and events for which the ring had no room, are told as they grow. */
static void losses_are_events(void **unused)
{
	struct fake fake = fake_new();
	struct etw_api api = api_of(&fake);
	struct etw_plan plan = plan_of(ETW_WANT_DISK);
	const struct ev_header *event;
	uint64_t events = 0, buffers = 0;
	struct etw_live *live;

	(void)unused;
	assert_int_equal(etw_live_start(&live, &api, &host, &plan, NULL), 0);
	fake.losses = (struct etw_api_losses){ 41, 3 };
	etw_live_stop(live);
	while (etw_source_next(etw_live_source(live), &event, NULL) > 0) {
		const struct ev_lost *lost = (const struct ev_lost *)event;

		if (event->kind == EV_LOST && lost->loss == EV_LOSS_SESSION_EVENTS)
			events += lost->count;
		if (event->kind == EV_LOST && lost->loss == EV_LOSS_SESSION_BUFFERS)
			buffers += lost->count;
	}
	assert_int_equal(events, 41);
	assert_int_equal(buffers, 3);
	etw_live_free(live);
}

/* Entries of all sizes go round and round; what does not fit is counted and nothing else harmed. */
static void the_ring_keeps_order_and_counts(void **unused)
{
	static uint8_t payload[60000];
	struct etw_ring *ring = etw_ring_new(1);
	const struct etw_event *event;
	uint64_t put = 0, taken = 0, refused = 0;

	(void)unused;
	assert_int_equal(etw_ring_take(ring, &event), -EAGAIN);
	for (uint32_t round = 0; round < 3000; round++) {
		struct etw_event next = { .ticks = put, .payload = payload, .schema = payload };

		next.payload_bytes = (round * 7919) % sizeof(payload);
		next.schema_bytes = round % 3 ? 0 : 100;
		memset(payload, (int)(put & 0xff), next.payload_bytes);
		if (etw_ring_put(ring, &next))
			refused++;
		else
			put++;
		if (round % 4 && etw_ring_take(ring, &event) > 0) {
			assert_int_equal(event->ticks, taken);
			if (event->payload_bytes)
				assert_int_equal(event->payload[event->payload_bytes - 1],
						 taken & 0xff);
			assert_int_equal(!event->schema, !event->schema_bytes);
			taken++;
		}
	}
	etw_ring_close(ring);
	while (etw_ring_take(ring, &event) > 0)
		assert_int_equal(event->ticks, taken++);
	assert_int_equal(etw_ring_take(ring, &event), 0);
	assert_int_equal(taken, put);
	assert_true(refused > 0);
	assert_int_equal(etw_ring_dropped(ring), refused);
	etw_ring_free(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(live_says_what_a_file_says),
		cmocka_unit_test(failures_leave_nothing_behind),
		cmocka_unit_test(a_stale_session_is_stopped_and_told),
		cmocka_unit_test(the_kernel_logger_of_others_is_left_alone),
		cmocka_unit_test(refusals_are_noted),
		cmocka_unit_test(losses_are_events),
		cmocka_unit_test(the_ring_keeps_order_and_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
