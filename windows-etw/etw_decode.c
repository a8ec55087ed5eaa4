/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The way from an event to the function that understands it. Classic kernel events go by group and
 * type through a table of 8192 places, manifest events by provider and id. A row says which
 * versions its function understands and how many bytes it needs at least: payloads grow at their
 * end without a new version, so "at least" is the rule, never "exactly".
 */
#include "windows-etw/etw_private.h"

#include <stdlib.h>

enum { PLACES = ETW_GROUP_COUNT << 8 };

static const struct etw_rows *const tables[] = {
	&etw_disk_rows,	  &etw_file_rows,    &etw_process_rows,
	&etw_thread_rows, &etw_network_rows, &etw_trace_rows,
};
enum { TABLES = sizeof(tables) / sizeof(tables[0]) };

static const struct etw_manifest *const manifests[] = {
	&etw_file_manifest,	&etw_disk_manifest, &etw_process_manifest, &etw_network_manifest,
	&etw_storport_manifest, &etw_nvme_manifest, &etw_socket_manifest,  &etw_own_manifest,
};
enum { MANIFESTS = sizeof(manifests) / sizeof(manifests[0]) };

/* First row and table of a (group, type), filled in when the first decoder is made. */
struct place {
	const struct etw_row *first;
	const struct etw_row *end;
};

struct decode_state {
	struct etw_decoder decoder;
	struct place places[PLACES];
};

static void add_table(struct place *places, const struct etw_rows *table)
{
	const struct etw_row *end = table->rows + table->count;

	for (const struct etw_row *row = table->rows; row < end; row++) {
		struct place *place = &places[row->group << 8 | row->type];

		if (!place->first)
			place->first = row;
		place->end = row + 1;
	}
}

struct etw_decoder *etw_decoder_new(const struct etl_clock *clock, size_t hold_bytes)
{
	struct decode_state *state = calloc(1, sizeof(*state));
	struct etw_decoder *decoder;

	if (!state)
		return NULL;
	decoder = &state->decoder;
	for (size_t i = 0; i < TABLES; i++)
		add_table(state->places, tables[i]);
	decoder->clock = *clock;
	decoder->hold_bytes = hold_bytes;
	etw_output_init(&decoder->output);
	etw_map_init(&decoder->threads, sizeof(struct etw_thread), ETW_THREADS_MAX);
	etw_map_init(&decoder->processes, sizeof(struct etw_process), ETW_THREADS_MAX);
	etw_map_init(&decoder->keys, sizeof(struct etw_name), ETW_FILES_MAX);
	etw_map_init(&decoder->objects, sizeof(struct etw_name), ETW_FILES_MAX);
	etw_map_init(&decoder->queues, sizeof(uint64_t), ETW_QUEUES_MAX);
	etw_map_init(&decoder->requests, sizeof(struct etw_request), ETW_OPEN_MAX);
	etw_map_init(&decoder->commands, sizeof(struct etw_command), ETW_OPEN_MAX);
	etw_map_init(&decoder->device_commands, sizeof(struct etw_command), ETW_OPEN_MAX);
	etw_map_init(&decoder->packets, sizeof(struct etw_packet), ETW_OPEN_MAX);
	etw_map_init(&decoder->reapers, sizeof(struct etw_reaper *), ETW_DISKS_MAX);
	etw_map_init(&decoder->devices, sizeof(uint64_t), ETW_DISKS_MAX);
	etw_map_init(&decoder->endpoints, sizeof(uint64_t), ETW_FILES_MAX);
	return decoder;
}

void etw_decoder_free(struct etw_decoder *decoder)
{
	if (!decoder)
		return;
	etw_packets_free(decoder);
	etw_output_done(&decoder->output);
	etw_map_done(&decoder->threads);
	etw_map_done(&decoder->processes);
	etw_map_done(&decoder->keys);
	etw_map_done(&decoder->objects);
	etw_map_done(&decoder->queues);
	etw_map_done(&decoder->requests);
	etw_map_done(&decoder->commands);
	etw_map_done(&decoder->device_commands);
	etw_map_done(&decoder->packets);
	etw_map_done(&decoder->reapers);
	etw_map_done(&decoder->devices);
	etw_map_done(&decoder->endpoints);
	free(decoder);
}

/* What a row makes of an event of some version and size; each case is counted. */
struct fit {
	uint8_t version_min;
	uint8_t version_max;
	uint8_t is_last;
	uint32_t least;
	etw_decode_fn *decode;
};

/* 1: this row is the one, whatever it made of it; 0: try the next. */
static int try_row(struct etw_decoder *decoder, const struct etw_event *event,
		   const struct fit *fit)
{
	if (event->version < fit->version_min) {
		decoder->stats.unknown_version++;
		return 1;
	}
	if (event->version > fit->version_max && !fit->is_last)
		return 0;
	if (event->payload_bytes < fit->least) {
		decoder->stats.too_short++;
		return 1;
	}
	decoder->stats.newer_version += event->version > fit->version_max;
	decoder->stats.decoded++;
	fit->decode(decoder, event);
	return 1;
}

static void decode_classic(struct etw_decoder *decoder, const struct etw_event *event)
{
	const struct decode_state *state = (const struct decode_state *)decoder;
	const struct place *place = &state->places[event->group << 8 | event->type];

	if (!place->first) {
		decoder->stats.ignored++;
		return;
	}
	for (const struct etw_row *row = place->first; row < place->end; row++) {
		struct fit fit = { row->version_min, row->version_max, row + 1 == place->end,
				   event->pointer_bytes == 4 ? row->least_narrow : row->least_wide,
				   row->decode };

		if (try_row(decoder, event, &fit))
			return;
	}
}

static const struct etw_manifest *manifest_of(const struct etw_event *event)
{
	for (size_t i = 0; i < MANIFESTS; i++)
		if (etw_guid_equal(&manifests[i]->provider, &event->provider))
			return manifests[i];
	return NULL;
}

static void decode_manifest(struct etw_decoder *decoder, const struct etw_event *event)
{
	const struct etw_manifest *manifest = manifest_of(event);
	const struct etw_manifest_row *row = manifest ? manifest->rows : NULL;
	const struct etw_manifest_row *end = manifest ? row + manifest->row_count : NULL;

	for (; row < end; row++) {
		struct fit fit = { row->version_min, row->version_max,
				   row + 1 == end || row[1].id != row->id,
				   event->pointer_bytes == 4 ? row->least_narrow : row->least_wide,
				   row->decode };

		if (row->id == event->id && try_row(decoder, event, &fit))
			return;
	}
	decoder->stats.ignored++;
}

int etw_decoder_knows(const struct etw_decoder *decoder, const struct etw_event *event)
{
	const struct decode_state *state = (const struct decode_state *)decoder;
	const struct etw_manifest *manifest;

	if (event->form != ETW_FORM_EVENT && event->group < ETW_GROUP_COUNT) {
		const struct etw_row *row = state->places[event->group << 8 | event->type].first;

		return row && event->version >= row->version_min;
	}
	if (event->form != ETW_FORM_EVENT)
		return etw_is_lost_event(event);
	manifest = manifest_of(event);
	for (size_t i = 0; manifest && i < manifest->row_count; i++)
		if (manifest->rows[i].id == event->id)
			return event->version >= manifest->rows[i].version_min;
	return 0;
}

int etw_decoder_event(struct etw_decoder *decoder, const struct etw_event *event)
{
	decoder->event = event;
	if (event->form == ETW_FORM_EVENT)
		decode_manifest(decoder, event);
	else if (event->group < ETW_GROUP_COUNT)
		decode_classic(decoder, event);
	else
		etw_lost_event(decoder, event);
	decoder->event = NULL;
	return decoder->output.failed ? -1 : 0;
}

const struct ev_header *etw_decoder_take(struct etw_decoder *decoder)
{
	if (!decoder->ended && etw_output_held_bytes(&decoder->output) <= decoder->hold_bytes)
		return NULL;
	return etw_output_take(&decoder->output);
}

void etw_decoder_insert(struct etw_decoder *decoder, const struct ev_header *event,
			const char *text, size_t text_bytes)
{
	etw_output_add(&decoder->output, event, event->size_bytes, text, text_bytes);
}

void etw_decoder_end(struct etw_decoder *decoder)
{
	struct etw_event end = { .time_ns = decoder->output.now_ns,
				 .cpu = EV_CPU_NONE,
				 .pid = ETW_ID_NONE,
				 .tid = ETW_ID_NONE };
	struct ev_tick tick;

	decoder->event = &end;
	decoder->ended = 1;
	tick.h = etw_header(decoder, EV_TICK);
	etw_emit(decoder, &tick, sizeof(tick), NULL);
	etw_requests_flush(decoder);
	etw_commands_flush(decoder);
	etw_emit(decoder, &tick, sizeof(tick), NULL);
	decoder->event = NULL;
}

struct etw_decoder_stats etw_decoder_stats(const struct etw_decoder *decoder)
{
	return decoder->stats;
}
