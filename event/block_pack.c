/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Writes a gathered block down: for each column it picks what to store instead of the values (a
 * transform), and leaves it to column_encode.c how (a coding).
 *
 * The pick is by measurement: each transform that could help is tried on a sample of the column,
 * the one whose numbers carry the least information wins. So a load whose tags are counters and one
 * whose tags are pointers, a disk and a socket, are each stored as suits them, and nothing has to
 * be configured.
 *
 * The body ends with its directory, as a zip file does, so that payloads are written once and in
 * place:
 *
 *     payload | payload | … | directory | length of the directory, 4 bytes
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/block_builder.h"

/* A column on its way into the body, with what its transforms may refer to. */
struct source {
	const uint64_t *values;
	const uint64_t *times; /* time_ns of the same events; NULL for the timeline itself */
	const uint64_t *other; /* the time column before this one, with its key; NULL: none */
	const uint8_t *tags;   /* NULL: the kind has no column of tags in this block */
	uint32_t count;
	uint16_t key;
	uint16_t other_key;
	uint16_t tag_key;
	int is_time;
};

enum { CHOICE_BLOCKS = 15 }; /* a choice is kept for, before it is made again */

/* What to store instead of the values. */
struct choice {
	uint8_t transform;
	uint16_t key; /* of the column a transform refers to */
	const uint64_t *reference;
	uint64_t cost;
};

static struct ev_transform_in transform_in(const struct source *from, const struct choice *choice)
{
	return (struct ev_transform_in){ choice->reference, from->tags, from->count };
}

/* The column whose values come again and again, one for each buffer an application has. */
static uint16_t tag_key(uint16_t kind)
{
	if (kind == EV_REQUEST)
		return offsetof(struct ev_request, user_data);
	return kind == EV_COMMAND ? offsetof(struct ev_command, command_id) : 0;
}

/* Copies runs of numbers, so that neighbours stay neighbours; returns how many. */
static uint32_t take_sample(struct ev_block_builder *builder, const struct source *from,
			    const struct choice *choice)
{
	uint32_t chunk = from->count < EV_BUILDER_SAMPLE_CHUNKS * EV_BUILDER_SAMPLE_EVENTS
				 ? from->count
				 : EV_BUILDER_SAMPLE_EVENTS;
	struct ev_transform_in in = transform_in(from, choice);
	uint32_t taken = 0;

	if (choice->transform == EV_TRANSFORM_TURN)
		ev_transform_turn(&in, from->values, builder->numbers, builder->next);
	for (uint32_t i = 0; i < EV_BUILDER_SAMPLE_CHUNKS && taken + chunk <= from->count; i++) {
		uint32_t at = (from->count - chunk) / EV_BUILDER_SAMPLE_CHUNKS * i;

		if (choice->transform == EV_TRANSFORM_TURN)
			memcpy(builder->sample + taken, builder->numbers + at,
			       chunk * sizeof(*builder->sample));
		else
			ev_transform_some(choice->transform, &in, from->values, at, chunk,
					  builder->sample + taken);
		taken += chunk;
	}
	return taken;
}

static void consider(struct ev_block_builder *builder, const struct source *from,
		     struct choice candidate, struct choice *best)
{
	uint32_t taken = take_sample(builder, from, &candidate);

	candidate.cost = ev_column_cost(builder->sample, taken);
	if (candidate.cost < best->cost)
		*best = candidate;
}

static struct choice choose(struct ev_block_builder *builder, const struct source *from)
{
	struct choice best = { .cost = UINT64_MAX };

	consider(builder, from, (struct choice){ .transform = EV_TRANSFORM_PLAIN }, &best);
	consider(builder, from, (struct choice){ .transform = EV_TRANSFORM_DELTA }, &best);
	if (from->tags)
		consider(builder, from,
			 (struct choice){ .transform = EV_TRANSFORM_TAG, .key = from->tag_key },
			 &best);
	if (!from->is_time)
		return best;
	consider(builder, from,
		 (struct choice){ .transform = EV_TRANSFORM_REF,
				  .key = EV_KEY_TIME,
				  .reference = from->times },
		 &best);
	if (from->other)
		consider(builder, from,
			 (struct choice){ .transform = EV_TRANSFORM_REF,
					  .key = from->other_key,
					  .reference = from->other },
			 &best);
	if (from->tags)
		consider(builder, from,
			 (struct choice){ .transform = EV_TRANSFORM_TURN,
					  .key = from->tag_key,
					  .reference = from->times },
			 &best);
	return best;
}

/* What a transform refers to, if it is there in this block. */
static int find_reference(const struct source *from, struct choice *choice)
{
	if (choice->transform == EV_TRANSFORM_TURN || choice->transform == EV_TRANSFORM_TAG) {
		choice->reference = from->times;
		return from->tags && choice->key == from->tag_key;
	}
	if (choice->transform != EV_TRANSFORM_REF)
		return 1;
	choice->reference = choice->key == EV_KEY_TIME ? from->times : from->other;
	return choice->key == EV_KEY_TIME || (from->other && choice->key == from->other_key);
}

/* Loads seldom change from block to block, so a choice is kept for a while. */
static struct choice choose_or_keep(struct ev_block_builder *builder, const struct source *from,
				    struct ev_builder_column *column)
{
	struct choice choice = { .transform = column->transform, .key = column->reference };

	if (column->blocks_left && find_reference(from, &choice)) {
		column->blocks_left--;
		return choice;
	}
	choice = choose(builder, from);
	column->transform = choice.transform;
	column->reference = choice.key;
	column->blocks_left = CHOICE_BLOCKS;
	column->bits = 0;
	return choice;
}

/* A column that takes a quarter more than when its transform was chosen has changed. */
static void review(struct ev_builder_column *column, size_t bytes, uint32_t count)
{
	uint64_t bits = (uint64_t)bytes * 8 * 256 / count;

	if (!column->bits)
		column->bits = bits + 1;
	else if (bits > column->bits + column->bits / 4)
		column->blocks_left = 0;
}

/* The numbers the choice stores: the values themselves, or builder->numbers. */
static const uint64_t *transform(struct ev_block_builder *builder, const struct source *from,
				 struct choice *choice)
{
	struct ev_transform_in in = transform_in(from, choice);

	if (choice->transform == EV_TRANSFORM_PLAIN)
		return from->values;
	if (choice->transform == EV_TRANSFORM_TURN)
		ev_transform_turn(&in, from->values, builder->numbers, builder->next);
	else
		ev_transform_some(choice->transform, &in, from->values, 0, from->count,
				  builder->numbers);
	if (choice->transform == EV_TRANSFORM_REF &&
	    !ev_transform_fits(builder->numbers, from->count)) {
		choice->transform = EV_TRANSFORM_PLAIN;
		return from->values;
	}
	return builder->numbers;
}

static int put_entry(struct ev_block_builder *builder, uint16_t key, const struct choice *choice,
		     uint8_t coding, size_t payload_bytes)
{
	struct ev_pack *directory = &builder->directory;

	if (ev_pack_reserve(directory, 32) < 0)
		return -ENOMEM;
	ev_pack_varint(directory, key);
	ev_pack_byte(directory, (uint8_t)(choice->transform | coding << 4));
	if (choice->transform >= EV_TRANSFORM_REF)
		ev_pack_varint(directory, choice->key);
	ev_pack_varint(directory, payload_bytes);
	return 0;
}

/* Returns the coding. */
static int put_column(struct ev_block_builder *builder, struct ev_pack *pack,
		      const struct source *from, struct choice choice)
{
	const uint64_t *numbers = transform(builder, from, &choice);
	size_t before = pack->bytes;
	int coding;

	if (choice.transform == EV_TRANSFORM_DELTA) {
		if (ev_pack_reserve(pack, 10) < 0)
			return -ENOMEM;
		ev_pack_varint(pack, from->values[0]);
	}
	coding = ev_column_put(pack, numbers, from->count, &builder->scratch);
	if (coding < 0)
		return coding;
	if (put_entry(builder, from->key, &choice, (uint8_t)coding, pack->bytes - before) < 0)
		return -ENOMEM;
	return coding;
}

static int put_varying(struct ev_block_builder *builder, struct ev_pack *pack,
		       const struct source *from, struct ev_builder_column *column)
{
	size_t before = pack->bytes;
	int coding = put_column(builder, pack, from, choose_or_keep(builder, from, column));

	if (coding >= 0)
		review(column, pack->bytes - before, from->count);
	return coding;
}

static int put_constant(struct ev_block_builder *builder, struct ev_pack *pack, uint16_t key,
			uint64_t value)
{
	struct choice choice = { .transform = EV_TRANSFORM_PLAIN };
	size_t before = pack->bytes;

	if (!value)
		return 0; /* what is missing reads as zero */
	if (ev_pack_reserve(pack, 10) < 0)
		return -ENOMEM;
	ev_pack_varint(pack, ev_zigzag(value));
	return put_entry(builder, key, &choice, EV_CODING_CONST, pack->bytes - before) < 0 ? -ENOMEM
											   : 1;
}

static int all_equal(const uint64_t *values, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		if (values[i] != values[0])
			return 0;
	}
	return 1;
}

/* The tags go first, so that other columns can refer to them. Returns 1 when a column was written.
 */
static int put_tags(struct ev_block_builder *builder, struct ev_pack *pack, struct source *from,
		    struct ev_builder_column *column)
{
	from->key = column->field->offset_bytes;
	from->values = column->values;
	if (!column->varying || all_equal(column->values, from->count))
		return 0;
	if (put_varying(builder, pack, from, column) < 0)
		return -ENOMEM;
	if (ev_transform_tags(column->values, from->count, builder->tags)) {
		from->tags = builder->tags;
		from->tag_key = from->key;
	}
	return 1;
}

static int put_field(struct ev_block_builder *builder, struct ev_pack *pack, struct source *from,
		     const struct ev_builder_kind *kind, struct ev_builder_column *column)
{
	uint16_t offset = column->field->offset_bytes;
	int err;

	if (!column->varying)
		return put_constant(builder, pack, offset, ev_builder_load(kind->template, column));
	if (all_equal(column->values, from->count))
		return put_constant(builder, pack, offset, column->values[0]);
	from->key = offset;
	from->values = column->values;
	err = put_varying(builder, pack, from, column);
	if (err >= 0 && from->is_time) {
		from->other = column->values;
		from->other_key = offset;
	}
	return err < 0 ? err : 1;
}

static int put_tails(struct ev_block_builder *builder, struct ev_pack *pack, struct source *from,
		     const struct ev_builder_kind *kind)
{
	struct choice plain = { .transform = EV_TRANSFORM_PLAIN };
	uint64_t *lengths;
	int err;

	if (!kind->tail_bytes)
		return 0;
	lengths = malloc(kind->count * sizeof(*lengths));
	if (!lengths)
		return -ENOMEM;
	for (uint32_t i = 0; i < kind->count; i++)
		lengths[i] = kind->tail_lengths[i];
	from->key = EV_KEY_TAIL_LENGTH;
	from->values = lengths;
	from->is_time = 0;
	err = put_column(builder, pack, from, plain);
	free(lengths);
	if (err < 0 || ev_pack_reserve(pack, kind->tail_bytes) < 0)
		return -ENOMEM;
	ev_pack_cut(pack);
	memcpy(pack->data + pack->bytes, kind->tails, kind->tail_bytes);
	pack->bytes += kind->tail_bytes;
	err = put_entry(builder, EV_KEY_TAIL_BYTES, &plain, EV_CODING_BYTES, kind->tail_bytes);
	return err < 0 ? err : 2;
}

/* Writes the columns of one kind; returns how many. */
static int put_columns(struct ev_block_builder *builder, struct ev_pack *pack,
		       struct ev_builder_kind *kind)
{
	struct source from = { .times = kind->times, .count = kind->count };
	uint16_t tag = tag_key(kind->kind->id);
	int count = 0, more = 0;

	for (uint16_t i = 0; tag && i < kind->kind->field_count; i++) {
		if (kind->columns[i].field->offset_bytes == tag)
			count = put_tags(builder, pack, &from, &kind->columns[i]);
	}
	if (count < 0)
		return count;
	if (!count)
		tag = 0; /* constant, so it is written with the others */
	for (int times = 0; times < 2; times++) {
		from.is_time = times;
		for (uint16_t i = 0; i < kind->kind->field_count; i++) {
			const struct ev_field *field = kind->columns[i].field;

			if ((field->unit == EV_UNIT_TIME) != times ||
			    field->offset_bytes == EV_KEY_TIME ||
			    (tag && field->offset_bytes == tag))
				continue;
			more = put_field(builder, pack, &from, kind, &kind->columns[i]);
			if (more < 0)
				return more;
			count += more;
		}
	}
	more = put_tails(builder, pack, &from, kind);
	return more < 0 ? more : count + more;
}

/* The count of columns is known only afterwards; it always fits the one byte kept for it. */
static int put_section(struct ev_block_builder *builder, struct ev_pack *pack,
		       struct ev_builder_kind *kind)
{
	struct ev_pack *directory = &builder->directory;
	size_t count_at;
	int count;

	if (ev_pack_reserve(directory, 32) < 0)
		return -ENOMEM;
	ev_pack_varint(directory, kind->kind->id);
	ev_pack_varint(directory, kind->count);
	count_at = directory->bytes;
	ev_pack_byte(directory, 0);
	count = put_columns(builder, pack, kind);
	if (count < 0)
		return count;
	directory->data[count_at] = (uint8_t)count;
	return 0;
}

/* Section 0: what all events have, their order and their times. */
static int put_timeline(struct ev_block_builder *builder, struct ev_pack *pack, uint32_t kinds)
{
	struct source from = { .count = builder->count, .values = builder->times };
	uint64_t *order;
	int err;

	if (ev_pack_reserve(&builder->directory, 32) < 0)
		return -ENOMEM;
	ev_pack_varint(&builder->directory, kinds + 1);
	ev_pack_varint(&builder->directory, 0);
	ev_pack_varint(&builder->directory, builder->count);
	ev_pack_byte(&builder->directory, kinds > 1 ? 2 : 1);
	from.key = EV_KEY_TIME;
	err = put_column(builder, pack, &from, (struct choice){ .transform = EV_TRANSFORM_DELTA });
	if (err < 0 || kinds < 2)
		return err;
	order = malloc(builder->count * sizeof(*order));
	if (!order)
		return -ENOMEM;
	for (uint32_t i = 0; i < builder->count; i++)
		order[i] = builder->order[i];
	from.key = EV_KEY_ORDER;
	from.values = order;
	err = put_column(builder, pack, &from, (struct choice){ .transform = EV_TRANSFORM_PLAIN });
	free(order);
	return err;
}

int ev_block_pack(struct ev_block_builder *builder, struct ev_pack *pack)
{
	uint32_t kinds = 0, directory_bytes;
	int err;

	builder->directory.bytes = 0;
	for (int i = 0; i < EV_BUILDER_KINDS; i++)
		kinds += builder->kinds[i] && builder->kinds[i]->count;
	err = put_timeline(builder, pack, kinds);
	for (int i = 0; err >= 0 && i < EV_BUILDER_KINDS; i++) {
		if (builder->kinds[i] && builder->kinds[i]->count)
			err = put_section(builder, pack, builder->kinds[i]);
	}
	directory_bytes = (uint32_t)builder->directory.bytes;
	if (err < 0 || ev_pack_reserve(pack, directory_bytes + sizeof(directory_bytes)) < 0)
		return -ENOMEM;
	ev_pack_cut(pack);
	memcpy(pack->data + pack->bytes, builder->directory.data, directory_bytes);
	pack->bytes += directory_bytes;
	memcpy(pack->data + pack->bytes, &directory_bytes, sizeof(directory_bytes));
	pack->bytes += sizeof(directory_bytes);
	ev_builder_restart(builder);
	return 0;
}
