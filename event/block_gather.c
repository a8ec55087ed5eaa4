/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Gathers events in columns.
 *
 * Most fields of most events do not change from one event to the next (a load of one operation on
 * one ring changes eight of REQUEST's 34). So each kind keeps its first event as a template and
 * compares the following ones with it, a word at a time. A field that differs once becomes a column
 * of its own: from then on its values are collected. What never differed costs a comparison while
 * recording and one number, or nothing, in the file.
 *
 *     template   | kind size cpu | time | submit_ns | user_data | … | queue tid | …
 *     varying    |               |  ///   /////////   /////////   … |           |     a mask of
 * bits columns                       time  submit_ns   user_data
 *
 * A field that varied in one block is expected to vary in the next, so that the comparison seldom
 * fails; when it turns out to be constant it goes back to the template.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/block_builder.h"

int ev_block_is_definition(uint16_t kind)
{
	return kind == EV_SESSION || kind == EV_PROCESS || kind == EV_QUEUE ||
	       kind == EV_QUEUE_END || kind == EV_FILE || kind == EV_DEVICE;
}

static void kind_free(struct ev_builder_kind *kind)
{
	if (!kind)
		return;
	for (uint16_t i = 0; kind->columns && i < kind->kind->field_count; i++)
		free(kind->columns[i].values);
	free(kind->columns);
	free(kind->varying);
	free(kind->times);
	free(kind->tail_lengths);
	free(kind->tails);
	free(kind);
}

/* Leaves out of the comparison what is no field (kind and size) or has its own column (time). */
static void start_masks(struct ev_builder_kind *kind)
{
	memset(kind->constant, 0, sizeof(kind->constant));
	for (uint16_t i = 0; i < kind->kind->field_count; i++) {
		const struct ev_field *field = &kind->kind->fields[i];

		if (field->offset_bytes != EV_KEY_TIME)
			memset((char *)kind->constant + field->offset_bytes, 0xff,
			       ev_type_bytes(field->type));
	}
}

static struct ev_builder_kind *kind_new(uint16_t id)
{
	const struct ev_kind *table = ev_kind(id);
	struct ev_builder_kind *kind = calloc(1, sizeof(*kind));

	if (!kind)
		return NULL;
	kind->kind = table;
	kind->word_count = table->size_bytes / 8;
	kind->columns = calloc(table->field_count, sizeof(*kind->columns));
	kind->varying = calloc(table->field_count, sizeof(*kind->varying));
	kind->times = malloc(EV_BLOCK_EVENTS * sizeof(*kind->times));
	if (table->tail) {
		kind->tail_lengths = malloc(EV_BLOCK_EVENTS * sizeof(*kind->tail_lengths));
		kind->tails = malloc(EV_BLOCK_TAIL_BYTES + EV_EVENT_BYTES_MAX);
	}
	if (!kind->columns || !kind->varying || !kind->times ||
	    (table->tail && (!kind->tail_lengths || !kind->tails))) {
		kind_free(kind);
		return NULL;
	}
	for (uint16_t i = 0; i < table->field_count; i++) {
		kind->columns[i].field = &table->fields[i];
		kind->columns[i].bytes = (uint8_t)ev_type_bytes(table->fields[i].type);
	}
	start_masks(kind);
	return kind;
}

struct ev_block_builder *ev_block_builder_new(void)
{
	struct ev_block_builder *builder = calloc(1, sizeof(*builder));

	if (!builder)
		return NULL;
	builder->order = malloc(EV_BLOCK_EVENTS);
	builder->times = malloc(EV_BLOCK_EVENTS * sizeof(*builder->times));
	builder->numbers = malloc(EV_BLOCK_EVENTS * sizeof(*builder->numbers));
	builder->sample = malloc(EV_BUILDER_SAMPLE_CHUNKS * EV_BUILDER_SAMPLE_EVENTS *
				 sizeof(*builder->sample));
	builder->scratch.numbers = malloc(EV_BLOCK_EVENTS * sizeof(*builder->numbers));
	builder->scratch.index = malloc(EV_BLOCK_EVENTS);
	builder->tags = malloc(EV_BLOCK_EVENTS);
	builder->next = malloc(EV_BLOCK_EVENTS * sizeof(*builder->next));
	if (!builder->order || !builder->times || !builder->numbers || !builder->sample ||
	    !builder->scratch.numbers || !builder->scratch.index || !builder->tags ||
	    !builder->next) {
		ev_block_builder_free(builder);
		return NULL;
	}
	return builder;
}

void ev_block_builder_free(struct ev_block_builder *builder)
{
	if (!builder)
		return;
	for (int i = 0; i < EV_BUILDER_KINDS; i++)
		kind_free(builder->kinds[i]);
	free(builder->order);
	free(builder->times);
	free(builder->numbers);
	free(builder->sample);
	free(builder->scratch.numbers);
	free(builder->scratch.index);
	free(builder->tags);
	free(builder->next);
	ev_pack_done(&builder->directory);
	free(builder);
}

/* From now on this field's values are collected; those so far were the template's. */
static int make_varying(struct ev_builder_kind *kind, uint16_t index)
{
	struct ev_builder_column *column = &kind->columns[index];
	uint16_t offset = column->field->offset_bytes;
	uint64_t value = ev_builder_load(kind->template, column);

	if (!column->values)
		column->values = malloc(EV_BLOCK_EVENTS * sizeof(*column->values));
	if (!column->values)
		return -ENOMEM;
	for (uint32_t i = 0; i < kind->count; i++)
		column->values[i] = value;
	column->varying = 1;
	kind->varying[kind->varying_count++] = (struct ev_builder_varying){
		.values = column->values,
		.mask = UINT64_MAX >> (64 - 8 * column->bytes),
		.word = offset / 8,
		.shift = offset % 8 * 8,
		.column = index,
	};
	memset((char *)kind->constant + offset, 0, column->bytes);
	return 0;
}

/* Slow path: at least one field that was constant differs. */
static int find_varying(struct ev_builder_kind *kind, const struct ev_header *event)
{
	for (uint16_t i = 0; i < kind->kind->field_count; i++) {
		struct ev_builder_column *column = &kind->columns[i];
		uint16_t offset = column->field->offset_bytes;
		int err = 0;

		if (!column->varying && offset != EV_KEY_TIME &&
		    memcmp((const char *)event + offset, (const char *)kind->template + offset,
			   column->bytes))
			err = make_varying(kind, i);
		if (err < 0)
			return err;
	}
	return 0;
}

/* Two words a step, because this is where recording spends its time. */
static int differs(const struct ev_builder_kind *kind, const struct ev_header *event)
{
	const uint64_t *template = kind->template, *constant = kind->constant;
	uint64_t even = 0, odd = 0;
	size_t i = 0, count = kind->word_count;

	for (; i + 2 <= count; i += 2) {
		even |= (ev_builder_word(event, i) ^ template[i]) & constant[i];
		odd |= (ev_builder_word(event, i + 1) ^ template[i + 1]) & constant[i + 1];
	}
	if (i < count)
		even |= (ev_builder_word(event, i) ^ template[i]) & constant[i];
	return (even | odd) != 0;
}

static void add_tail(struct ev_block_builder *builder, struct ev_builder_kind *kind,
		     const struct ev_header *event)
{
	size_t bytes;
	const char *tail = ev_tail(kind->kind, event, &bytes);

	memcpy(kind->tails + kind->tail_bytes, tail, bytes);
	kind->tail_lengths[kind->count] = (uint32_t)bytes;
	kind->tail_bytes += (uint32_t)bytes;
	builder->tail_bytes += (uint32_t)bytes;
}

int ev_block_add(struct ev_block_builder *builder, const struct ev_header *event)
{
	struct ev_builder_kind *kind;

	if (event->kind >= EV_BUILDER_KINDS || !ev_kind(event->kind))
		return -EINVAL;
	kind = builder->kinds[event->kind];
	if (!kind)
		kind = builder->kinds[event->kind] = kind_new(event->kind);
	if (!kind)
		return -ENOMEM;
	if (event->size_bytes < kind->kind->size_bytes || event->size_bytes > EV_EVENT_BYTES_MAX ||
	    (event->size_bytes > kind->kind->size_bytes && !kind->kind->tail))
		return -EINVAL;
	if (!kind->count)
		memcpy(kind->template, event, kind->kind->size_bytes);
	else if (differs(kind, event) && find_varying(kind, event) < 0)
		return -ENOMEM;
	for (uint16_t i = 0; i < kind->varying_count; i++) {
		const struct ev_builder_varying *varying = &kind->varying[i];

		varying->values[kind->count] =
			ev_builder_word(event, varying->word) >> varying->shift & varying->mask;
	}
	if (kind->kind->tail)
		add_tail(builder, kind, event);
	kind->times[kind->count++] = event->time_ns;
	builder->times[builder->count] = event->time_ns;
	builder->order[builder->count++] = (uint8_t)event->kind;
	builder->definitions |= ev_block_is_definition(event->kind);
	return 0;
}

int ev_block_full(const struct ev_block_builder *builder)
{
	return builder->count == EV_BLOCK_EVENTS || builder->tail_bytes >= EV_BLOCK_TAIL_BYTES;
}

uint32_t ev_block_event_count(const struct ev_block_builder *builder)
{
	return builder->count;
}

uint64_t ev_block_first_ns(const struct ev_block_builder *builder)
{
	return builder->times[0];
}

uint64_t ev_block_last_ns(const struct ev_block_builder *builder)
{
	return builder->times[builder->count - 1];
}

int ev_block_has_definitions(const struct ev_block_builder *builder)
{
	return builder->definitions;
}

/* A few equal values prove nothing, so the column stays for the next block. */
enum { CONSTANT_EVENTS_MIN = 64 };

static void restart_kind(struct ev_builder_kind *kind)
{
	uint16_t kept = 0;

	for (uint16_t i = 0; i < kind->varying_count; i++) {
		struct ev_builder_column *column = &kind->columns[kind->varying[i].column];
		uint32_t same = 1;

		while (same < kind->count && column->values[same] == column->values[0])
			same++;
		if (kind->count >= CONSTANT_EVENTS_MIN && same == kind->count) {
			column->varying = 0;
			memset((char *)kind->constant + column->field->offset_bytes, 0xff,
			       column->bytes);
		} else {
			kind->varying[kept++] = kind->varying[i];
		}
	}
	kind->varying_count = kept;
	kind->count = 0;
	kind->tail_bytes = 0;
}

void ev_builder_restart(struct ev_block_builder *builder)
{
	for (int i = 0; i < EV_BUILDER_KINDS; i++) {
		if (builder->kinds[i] && builder->kinds[i]->count)
			restart_kind(builder->kinds[i]);
	}
	builder->count = 0;
	builder->tail_bytes = 0;
	builder->definitions = 0;
}
