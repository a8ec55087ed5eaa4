/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A hash table of kinds. Most events are of a kind that was met a moment ago, so a small cache of
 * recent kinds, picked by a few bits of the event, answers nearly always.
 */
#include "windows-etw/etl_count.h"

#include <stdio.h>
#include <stdlib.h>

#include "windows-etw/etw_bytes.h"

enum { SLOTS_START = 256, RECENT = 256 };

struct etl_counts {
	struct etl_count *kinds;
	uint32_t *slots; /* number of a kind + 1; 0: free */
	size_t kind_count;
	size_t kind_room;
	size_t slot_count; /* a power of two, at least twice kind_room */
	uint32_t recent[RECENT];
	uint64_t uncounted;
	uint64_t total;
};

static uint64_t hash_of(const struct etw_event *event)
{
	uint64_t mixed = etw_u64(event->provider.bytes) ^ etw_u64(event->provider.bytes + 8) << 1;

	mixed ^= (uint64_t)event->id << 40 | (uint64_t)event->form << 32 |
		 (uint64_t)event->group << 24 | (uint64_t)event->type << 16 | event->version;
	mixed *= 0x9e3779b97f4a7c15u;
	return mixed ^ mixed >> 29;
}

static int same(const struct etl_count *kind, const struct etw_event *event)
{
	return kind->type == event->type && kind->group == event->group && kind->id == event->id &&
	       kind->version == event->version && kind->form == event->form &&
	       etw_guid_equal(&kind->provider, &event->provider);
}

struct etl_counts *etl_counts_new(void)
{
	struct etl_counts *counts = calloc(1, sizeof(*counts));

	if (!counts)
		return NULL;
	counts->kind_room = SLOTS_START / 2;
	counts->slot_count = SLOTS_START;
	counts->kinds = calloc(counts->kind_room, sizeof(*counts->kinds));
	counts->slots = calloc(counts->slot_count, sizeof(*counts->slots));
	if (counts->kinds && counts->slots)
		return counts;
	etl_counts_free(counts);
	return NULL;
}

void etl_counts_free(struct etl_counts *counts)
{
	if (!counts)
		return;
	free(counts->kinds);
	free(counts->slots);
	free(counts);
}

/* The slot of a kind: the one it has, or the free one it would get. */
static uint32_t *slot_of(struct etl_counts *counts, const struct etw_event *event)
{
	size_t at = hash_of(event) & (counts->slot_count - 1);

	while (counts->slots[at] && !same(&counts->kinds[counts->slots[at] - 1], event))
		at = (at + 1) & (counts->slot_count - 1);
	return &counts->slots[at];
}

struct etw_event etl_count_event(const struct etl_count *count)
{
	return (struct etw_event){ .provider = count->provider,
				   .id = count->id,
				   .form = count->form,
				   .group = count->group,
				   .type = count->type,
				   .version = count->version };
}

/* Traits begin with their size and the provider's name. */
static void read_name(const struct etw_event *event, char name[ETL_COUNT_NAME_BYTES])
{
	uint32_t bytes = event->traits_bytes > 2 ? event->traits_bytes - 2 : 0;
	uint32_t used = 0;

	while (used < bytes && used < ETL_COUNT_NAME_BYTES - 1 && event->traits[2 + used])
		used++;
	if (used)
		memcpy(name, event->traits + 2, used);
	name[used] = 0;
}

static int grow(struct etl_counts *counts)
{
	size_t room = counts->kind_room * 2;
	struct etl_count *kinds;
	uint32_t *slots;

	if (room > ETL_COUNT_KINDS_MAX)
		return -1;
	kinds = realloc(counts->kinds, room * sizeof(*kinds));
	if (!kinds)
		return -1;
	counts->kinds = kinds;
	slots = calloc(room * 2, sizeof(*slots));
	if (!slots)
		return -1;
	free(counts->slots);
	counts->slots = slots;
	counts->slot_count = room * 2;
	counts->kind_room = room;
	for (size_t i = 0; i < counts->kind_count; i++) {
		struct etw_event event = etl_count_event(&kinds[i]);

		*slot_of(counts, &event) = (uint32_t)i + 1;
	}
	return 0;
}

/* Number of the event's kind + 1; 0: there is no room for another. */
static uint32_t number_of(struct etl_counts *counts, const struct etw_event *event)
{
	uint32_t *slot = slot_of(counts, event);

	if (*slot)
		return *slot;
	if (counts->kind_count == counts->kind_room) {
		if (grow(counts))
			return 0;
		slot = slot_of(counts, event);
	}
	counts->kinds[counts->kind_count] = (struct etl_count){ .provider = event->provider,
								.id = event->id,
								.form = event->form,
								.group = event->group,
								.type = event->type,
								.version = event->version };
	read_name(event, counts->kinds[counts->kind_count].name);
	*slot = (uint32_t)++counts->kind_count;
	return *slot;
}

void etl_counts_add(struct etl_counts *counts, const struct etw_event *event)
{
	uint32_t *recent = &counts->recent[(event->type ^ event->id ^ event->group << 4) % RECENT];

	counts->total++;
	if (!*recent || !same(&counts->kinds[*recent - 1], event))
		*recent = number_of(counts, event);
	if (*recent)
		counts->kinds[*recent - 1].count++;
	else
		counts->uncounted++;
}

const struct etl_count *etl_counts_get(const struct etl_counts *counts, size_t *ret_kinds)
{
	*ret_kinds = counts->kind_count;
	return counts->kinds;
}

uint64_t etl_counts_uncounted(const struct etl_counts *counts)
{
	return counts->uncounted;
}

uint64_t etl_counts_total(const struct etl_counts *counts)
{
	return counts->total;
}

const char *etl_count_text(const struct etl_count *count, char text[ETL_COUNT_TEXT_BYTES])
{
	static const char *const kernel[] = { [ETW_FORM_SYSTEM] = "system",
					      [ETW_FORM_PERFINFO] = "perfinfo",
					      [ETW_FORM_COMPACT] = "compact" };
	char guid[ETW_GUID_TEXT_BYTES];

	etw_guid_text(&count->provider, guid);
	if (count->form <= ETW_FORM_COMPACT)
		snprintf(text, ETL_COUNT_TEXT_BYTES, "%s g%02x t%02x v%u", kernel[count->form],
			 count->group, count->type, count->version);
	else if (count->form == ETW_FORM_EVENT)
		snprintf(text, ETL_COUNT_TEXT_BYTES, "event %s id%u v%u op%u", guid, count->id,
			 count->version, count->type);
	else if (count->form == ETW_FORM_CLASSIC)
		snprintf(text, ETL_COUNT_TEXT_BYTES, "classic %s type%u v%u", guid, count->type,
			 count->version);
	else if (count->form == ETW_FORM_MESSAGE)
		snprintf(text, ETL_COUNT_TEXT_BYTES, "message %s id%u", guid, count->id);
	else
		snprintf(text, ETL_COUNT_TEXT_BYTES, "%s type%u v%u",
			 count->form == ETW_FORM_INSTANCE ? "instance" : "other", count->type,
			 count->version);
	return text;
}
