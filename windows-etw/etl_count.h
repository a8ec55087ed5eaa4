/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_ETL_COUNT_H
#define WINDOWS_ETW_ETL_COUNT_H
/*
 * How many events of each kind a trace holds, also of those that mean nothing to us: a provider and
 * a type for classic events, a provider, id, version and opcode for the others. What a file holds
 * and what was understood of it can then be compared.
 */
#include <stddef.h>

#include "windows-etw/etw_event.h"

enum { ETL_COUNT_NAME_BYTES = 64 };

struct etl_count {
	struct etw_guid provider;	 /* not set for kernel forms */
	char name[ETL_COUNT_NAME_BYTES]; /* as the provider calls itself; empty: it does not */
	uint64_t count;
	uint16_t id;
	uint8_t form;
	uint8_t group;
	uint8_t type;
	uint8_t version;
};

struct etl_counts;

/* Different kinds that are told apart; a file with more has the rest in one number. */
enum { ETL_COUNT_KINDS_MAX = 65536 };

struct etl_counts *etl_counts_new(void);
void etl_counts_free(struct etl_counts *counts);
void etl_counts_add(struct etl_counts *counts, const struct etw_event *event);
/* The kinds met, in the order they were met first. */
const struct etl_count *etl_counts_get(const struct etl_counts *counts, size_t *ret_kinds);
/* An event of that kind, without time and payload. */
struct etw_event etl_count_event(const struct etl_count *count);
/* Events of kinds for which there was no room, and of all. */
uint64_t etl_counts_uncounted(const struct etl_counts *counts);
uint64_t etl_counts_total(const struct etl_counts *counts);

/* A line that names the kind: "perfinfo g01 t0a v3", "classic GUID type32 v0",
 * "event GUID id12 v1 op0". Returns `text`. */
enum { ETL_COUNT_TEXT_BYTES = 96 };
const char *etl_count_text(const struct etl_count *count, char text[ETL_COUNT_TEXT_BYTES]);

#endif
