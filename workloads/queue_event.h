/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_QUEUE_EVENT_H
#define WORKLOADS_QUEUE_EVENT_H
/*
 * The events by which a program on Windows makes its user-mode queues visible: TraceLogging events
 * of the provider ringlens.Queues, which docs/windows.md describes for any program. Here are their
 * bytes, without Windows; queue_trace_windows.c writes them.
 */
#include <stdint.h>

enum load_queue_event { LOAD_QUEUE_EVENT_SUBMIT, LOAD_QUEUE_EVENT_COMPLETE };

/* Field `Kind`. */
enum load_queue_kind { LOAD_QUEUE_KIND_RIO = 3, LOAD_QUEUE_KIND_IORING = 4 };

/* Field `Op`, by kind. */
enum { LOAD_RIO_OP_SEND = 0, LOAD_RIO_OP_RECEIVE = 1 };

struct load_queue_fact {
	uint64_t queue;
	uint64_t user_data;
	uint64_t offset_bytes;
	int64_t result; /* bytes, or an HRESULT below 0 */
	uint32_t length_bytes;
	uint32_t depth; /* Submit: of the submission queue; Complete: of the completion queue */
	uint8_t kind;	/* enum load_queue_kind */
	uint8_t op;
};

/* Room that every blob below fits into. */
enum { LOAD_QUEUE_EVENT_BYTES = 128 };

/* Each fills `bytes` and returns how many: what goes into the EVENT_DATA_DESCRIPTOR of type 2 (the
 * provider), of type 1 (the event and its fields), and of type 0 (the values). */
uint32_t load_queue_event_provider(uint8_t *bytes);
uint32_t load_queue_event_schema(enum load_queue_event event, uint8_t *bytes);
uint32_t load_queue_event_values(enum load_queue_event event, const struct load_queue_fact *fact,
				 uint8_t *bytes);

#endif
