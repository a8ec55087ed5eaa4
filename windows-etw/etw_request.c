/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Requests from start to end, by the address that names them while they are open (IRP). An address
 * whose request never ended serves the next one: the former has vanished, for the trace lost its
 * end. A trace that tells no ends at all (FILE_IO_INIT without FILE_IO) tells nothing of requests:
 * its starts are counted, and only the names they carry are used.
 */
#include "windows-etw/etw_private.h"

enum { SEVERITY_SHIFT = 30, SEVERITY_ERROR = 3 };

uint32_t etw_request_queue(struct etw_decoder *decoder, struct etw_request *open)
{
	if (!open->request.queue)
		open->request.queue = etw_queue(decoder, open->request.pid, EV_QUEUE_DIRECT);
	return open->request.queue;
}

/* The request leaves: what it is now is written. */
static void tell(struct etw_decoder *decoder, struct etw_request *open, uint8_t end)
{
	open->request.h = etw_header(decoder, EV_REQUEST);
	open->request.end = end;
	etw_request_queue(decoder, open);
	etw_emit(decoder, &open->request, sizeof(open->request), NULL);
}

static void vanish(struct etw_decoder *decoder, struct etw_request *open)
{
	if (decoder->seen_operation_end)
		tell(decoder, open, EV_END_VANISHED);
	else
		decoder->stats.no_end++;
}

struct etw_request *etw_request_start(struct etw_decoder *decoder, uint64_t key, uint16_t op)
{
	const struct etw_event *event = decoder->event;
	struct etw_request *open = etw_map_put(&decoder->requests, key);

	if (!open) {
		decoder->stats.evicted += key != 0;
		return NULL;
	}
	if (open->request.submit_ns)
		vanish(decoder, open);
	*open = (struct etw_request){ .request = {
					      .submit_ns = event->time_ns,
					      .user_data = key,
					      .fd = -1,
					      .op = op,
					      .tid = event->tid == ETW_ID_NONE ? 0 : event->tid,
				      } };
	return open;
}

/* The result as its system counts: bytes, or the error negated. Warnings (a buffer too small, no
 * more files) are no errors: data may have moved. */
static int64_t result_of(uint32_t status, uint64_t information)
{
	if (status >> SEVERITY_SHIFT == SEVERITY_ERROR)
		return -(int64_t)status;
	return information > INT64_MAX ? 0 : (int64_t)information;
}

void etw_request_close(struct etw_decoder *decoder, uint64_t key, uint32_t status, int64_t result)
{
	struct etw_request *open = etw_map_get(&decoder->requests, key);

	decoder->seen_operation_end = 1;
	if (!open) {
		decoder->stats.no_start++;
		return;
	}
	open->request.status = status;
	open->request.result = result;
	tell(decoder, open, EV_END_COMPLETED);
	etw_map_remove(&decoder->requests, key);
}

void etw_request_end(struct etw_decoder *decoder, uint64_t key, uint32_t status,
		     uint64_t information)
{
	etw_request_close(decoder, key, status, result_of(status, information));
}

void etw_requests_flush(struct etw_decoder *decoder)
{
	struct etw_request *open;
	uint64_t key;
	size_t at = 0;

	while ((open = etw_map_next(&decoder->requests, &at, &key))) {
		if (decoder->seen_operation_end)
			tell(decoder, open, EV_END_OPEN);
		else
			decoder->stats.no_end++;
	}
}
