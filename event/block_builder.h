/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_BLOCK_BUILDER_H
#define EVENT_BLOCK_BUILDER_H
/*
 * A block while it is being filled: what block_gather.c collects and block_pack.c writes down. Only
 * those two and their tests include this.
 */
#include <string.h>

#include "event/block.h"

enum {
	EV_BUILDER_KINDS = EV_KIND_LAST + 1,
	EV_BUILDER_SAMPLE_CHUNKS = 4,
	EV_BUILDER_SAMPLE_EVENTS = 128, /* in one chunk */
};

struct ev_builder_column {
	const struct ev_field *field;
	uint64_t *values;
	uint8_t bytes; /* width of the field */
	uint8_t varying;
	/* The transform that was chosen, kept for some blocks. */
	uint8_t transform;
	uint8_t blocks_left; /* until it is chosen anew; 0: now */
	uint16_t reference;
	uint64_t bits; /* an event took, times 256, when it was chosen; 0: not yet known */
};

/* A column that varies, with what is needed to add to it: a field lies within one aligned word. */
struct ev_builder_varying {
	uint64_t *values;
	uint64_t mask;
	uint16_t word;
	uint16_t shift;
	uint16_t column; /* index of the column */
};

struct ev_builder_kind {
	const struct ev_kind *kind;
	struct ev_builder_column *columns; /* one a field */
	struct ev_builder_varying *varying;
	uint64_t *times;
	uint32_t *tail_lengths;
	uint8_t *tails;
	uint32_t tail_bytes;
	uint32_t count;
	uint32_t word_count;
	uint16_t varying_count;
	uint64_t template[EV_KIND_BYTES_MAX / 8];
	uint64_t constant[EV_KIND_BYTES_MAX / 8]; /* bits that do not vary: they are compared */
};

struct ev_block_builder {
	struct ev_builder_kind *kinds[EV_BUILDER_KINDS];
	uint8_t *order;	 /* kind of each event */
	uint64_t *times; /* of all events */
	uint32_t count;
	uint32_t tail_bytes;
	int definitions;
	/* Scratch for packing, a block long each. */
	uint64_t *numbers;
	uint64_t *sample;
	struct ev_column_scratch scratch;
	uint8_t *tags;
	uint32_t *next;
	struct ev_pack directory;
};

static inline uint64_t ev_builder_word(const void *words, size_t index)
{
	uint64_t word;

	memcpy(&word, (const char *)words + 8 * index, sizeof(word));
	return word;
}

/* A field of an event or template, unsigned whatever its type: a column is bits. */
static inline uint64_t ev_builder_load(const void *event, const struct ev_builder_column *column)
{
	unsigned offset = column->field->offset_bytes;
	uint64_t word = ev_builder_word(event, offset / 8) >> offset % 8 * 8;

	return word & UINT64_MAX >> (64 - 8 * column->bytes);
}

/* Empties the block; what turned out to be constant goes back to the template. */
void ev_builder_restart(struct ev_block_builder *builder);

#endif
