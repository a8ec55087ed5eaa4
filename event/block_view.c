/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Takes the body of a block apart and hands its events out one by one.
 *
 * Columns that vary are expanded at once, into arrays. Events are not: they are built a few dozen
 * at a time, in a buffer that stays in the first-level cache, and what is constant in the block is
 * written into that buffer once. So an event costs what its varying fields cost, not its size:
 *
 *     columns    submit_ns [ . . . . . . . . . . . . . . . ]      a block long
 *     events     | constants, submit_ns, … | constants, … |       BATCH events, refilled
 *
 * The body is hostile until proven otherwise: every count is checked against a named limit before
 * memory is taken for it, and columns this build does not know are stepped over by their length.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "event/block.h"

enum {
	BATCH = 64,
	COLUMNS_MAX = 64, /* of one kind: more than any kind has fields */
};

/* A column as the directory describes it, and its values once they are expanded. */
struct column {
	uint16_t key;
	uint16_t reference;
	uint8_t transform;
	uint8_t coding;
	uint8_t bytes; /* width of the field; 0: the variable part */
	const uint8_t *payload;
	uint64_t payload_bytes;
	uint64_t *values;
	uint8_t *tags; /* number of each value, once a transform has asked for it */
};

struct section {
	const struct ev_kind *kind; /* NULL: not known, its events are skipped */
	uint16_t id;
	uint16_t stride; /* from one event in the batch to the next */
	uint32_t count;	 /* events of this kind */
	uint32_t given;	 /* of these: handed out */
	uint32_t built;	 /* of these: built, the last ones are in the batch */
	uint32_t column_count;
	struct column columns[COLUMNS_MAX];
	uint64_t *times;
	const uint64_t *tail_lengths; /* NULL: none */
	const uint8_t *tails;
	uint8_t *batch;
	uint64_t constant[EV_KIND_BYTES_MAX / 8];
};

struct ev_block_view {
	struct section sections[EV_BLOCK_KINDS_MAX]; /* the first is the timeline */
	uint32_t section_count;
	uint32_t event_count;
	uint32_t given;
	uint64_t unknown;
	uint8_t *order;	 /* section of each event */
	uint8_t *memory; /* all arrays of a block, given out front to back */
	size_t memory_bytes;
	size_t memory_used;
	uint64_t event[EV_EVENT_BYTES_MAX / 8]; /* one with a variable part */
};

struct ev_block_view *ev_block_view_new(void)
{
	return calloc(1, sizeof(struct ev_block_view));
}

void ev_block_view_free(struct ev_block_view *view)
{
	if (!view)
		return;
	free(view->memory);
	free(view);
}

uint64_t ev_block_unknown(const struct ev_block_view *view)
{
	return view->unknown;
}

/* ---- the directory ---- */

/* Width of the field with this key, 0 for the parts of a variable part, -1 when not known. */
static int key_bytes(const struct section *section, uint64_t key)
{
	if (section->id == 0)
		return key == EV_KEY_TIME || key == EV_KEY_ORDER ? 8 : -1;
	if (section->kind->tail && (key == EV_KEY_TAIL_LENGTH || key == EV_KEY_TAIL_BYTES))
		return 0;
	for (uint16_t i = 0; i < section->kind->field_count; i++) {
		const struct ev_field *field = &section->kind->fields[i];

		if (field->offset_bytes == key && key != EV_KEY_TIME)
			return (int)ev_type_bytes(field->type);
	}
	return -1;
}

static struct column *find_column(struct section *section, uint64_t key)
{
	for (uint32_t i = 0; i < section->column_count; i++) {
		if (section->columns[i].key == key)
			return &section->columns[i];
	}
	return NULL;
}

/* Reads one entry; keeps it when this build knows its key. */
static int read_entry(struct ev_unpack *directory, struct ev_unpack *payloads,
		      struct section *section)
{
	uint64_t key = ev_unpack_varint(directory), reference = 0, bytes;
	uint8_t how = ev_unpack_byte(directory);
	struct column *column;
	const uint8_t *payload;
	int width;

	if ((how & 15) >= EV_TRANSFORM_REF)
		reference = ev_unpack_varint(directory);
	bytes = ev_unpack_varint(directory);
	payload = ev_unpack_bytes(payloads, bytes);
	if (directory->bad || !payload)
		return -EBADMSG;
	width = section->id && !section->kind ? -1 : key_bytes(section, key);
	if (width < 0)
		return 0;
	if ((how & 15) >= EV_TRANSFORM_COUNT || how >> 4 >= EV_CODING_COUNT ||
	    reference > UINT16_MAX || find_column(section, key) ||
	    section->column_count == COLUMNS_MAX)
		return -EBADMSG;
	column = &section->columns[section->column_count++];
	*column = (struct column){
		.key = (uint16_t)key,
		.reference = (uint16_t)reference,
		.transform = how & 15,
		.coding = how >> 4,
		.bytes = (uint8_t)width,
		.payload = payload,
		.payload_bytes = bytes,
	};
	return 0;
}

static int read_section(struct ev_unpack *directory, struct ev_unpack *payloads,
			struct section *section, uint64_t *ret_count)
{
	uint64_t id = ev_unpack_varint(directory), columns;
	int err = 0;

	*ret_count = ev_unpack_varint(directory);
	columns = ev_unpack_varint(directory);
	if (directory->bad || id > UINT16_MAX || *ret_count > EV_BLOCK_EVENTS_MAX || !*ret_count)
		return -EBADMSG;
	section->id = (uint16_t)id;
	section->kind = ev_kind(section->id);
	section->count = (uint32_t)*ret_count;
	section->given = section->built = section->column_count = 0;
	section->tail_lengths = NULL;
	section->tails = NULL;
	section->times = NULL;
	for (uint64_t i = 0; !err && i < columns; i++)
		err = read_entry(directory, payloads, section);
	return err;
}

/* The directory lies at the end, its length in the last four bytes. */
static int read_directory(struct ev_block_view *view, const uint8_t *body, size_t bytes)
{
	struct ev_unpack directory, payloads = { .at = body };
	uint32_t directory_bytes;
	uint64_t count, sum = 0, sections;

	if (bytes < sizeof(directory_bytes))
		return -EBADMSG;
	bytes -= sizeof(directory_bytes);
	memcpy(&directory_bytes, body + bytes, sizeof(directory_bytes));
	if (directory_bytes > bytes)
		return -EBADMSG;
	payloads.end = body + bytes - directory_bytes;
	payloads.bad = 0;
	directory = (struct ev_unpack){ .at = payloads.end, .end = body + bytes };
	sections = ev_unpack_varint(&directory);
	if (directory.bad || sections < 2 || sections > EV_BLOCK_KINDS_MAX)
		return -EBADMSG;
	view->section_count = (uint32_t)sections;
	for (uint32_t i = 0; i < sections; i++) {
		if (read_section(&directory, &payloads, &view->sections[i], &count) < 0 ||
		    (i == 0) != (view->sections[i].id == 0))
			return -EBADMSG;
		sum += i ? count : 0;
	}
	if (sum != view->event_count || view->sections[0].count != sum)
		return -EBADMSG;
	return 0;
}

/* ---- memory ---- */

static void *take(struct ev_block_view *view, size_t bytes)
{
	void *at = view->memory + view->memory_used;

	assert(view->memory_used + bytes <= view->memory_bytes);
	view->memory_used += (bytes + 63) & ~(size_t)63;
	return at;
}

static int is_constant(const struct column *column)
{
	return column->transform == EV_TRANSFORM_PLAIN && column->coding == EV_CODING_CONST &&
	       column->bytes;
}

/* An upper bound of what `expand` takes. */
static size_t memory_needed(const struct ev_block_view *view)
{
	size_t needed = view->event_count + 64;

	for (uint32_t i = 0; i < view->section_count; i++) {
		const struct section *section = &view->sections[i];

		for (uint32_t j = 0; j < section->column_count; j++)
			needed += is_constant(&section->columns[j])
					  ? 0
					  : 21 * (size_t)section->count + 4 * 64;
		needed += 8 * (size_t)section->count + BATCH * EV_KIND_BYTES_MAX + 128;
	}
	return needed;
}

static int reserve(struct ev_block_view *view)
{
	size_t needed = memory_needed(view);

	view->memory_used = 0;
	if (needed <= view->memory_bytes)
		return 0;
	free(view->memory);
	view->memory_bytes = 0;
	view->memory = malloc(needed);
	if (!view->memory)
		return -ENOMEM;
	view->memory_bytes = needed;
	return 0;
}

/* ---- columns ---- */

/* Numbers the values of a column that another takes for its tags. */
static const uint8_t *find_tags(struct ev_block_view *view, const struct section *section,
				struct column *column)
{
	if (!column || !column->values)
		return NULL;
	if (!column->tags) {
		column->tags = take(view, section->count);
		if (!ev_transform_tags(column->values, section->count, column->tags))
			return NULL;
	}
	return column->tags;
}

/* Finds what a transform refers to. */
static int find_reference(struct ev_block_view *view, struct section *section,
			  const struct column *column, struct ev_transform_in *ret_in)
{
	int with_tags =
		column->transform == EV_TRANSFORM_TURN || column->transform == EV_TRANSFORM_TAG;
	int with_reference =
		column->transform == EV_TRANSFORM_TURN || column->transform == EV_TRANSFORM_REF;
	struct column *other = find_column(section, column->reference);

	*ret_in = (struct ev_transform_in){ .count = section->count, .reference = section->times };
	if (with_tags)
		ret_in->tags = find_tags(view, section, other);
	else if (with_reference && column->reference != EV_KEY_TIME)
		ret_in->reference = other ? other->values : NULL;
	if ((with_tags && !ret_in->tags) || (with_reference && !ret_in->reference))
		return -EBADMSG;
	return 0;
}

static int expand_column(struct ev_block_view *view, struct section *section, struct column *column)
{
	struct ev_unpack in = { .at = column->payload,
				.end = column->payload + column->payload_bytes };
	struct ev_transform_in reference;
	uint64_t *numbers, first = 0;
	uint32_t *next = NULL;

	if (find_reference(view, section, column, &reference) < 0)
		return -EBADMSG;
	numbers = take(view, 8 * (size_t)section->count);
	if (column->transform == EV_TRANSFORM_DELTA)
		first = ev_unpack_varint(&in);
	if (ev_column_get(&in, column->coding, numbers, section->count) < 0 || in.at != in.end)
		return -EBADMSG;
	column->values = numbers;
	if (column->transform == EV_TRANSFORM_DELTA)
		numbers[0] = first;
	if (column->transform == EV_TRANSFORM_TURN) {
		column->values = take(view, 8 * (size_t)section->count);
		next = take(view, 4 * (size_t)section->count);
	}
	ev_transform_undo(column->transform, &reference, numbers, column->values, next);
	return 0;
}

static int expand_constant(struct section *section, const struct column *column)
{
	struct ev_unpack in = { .at = column->payload,
				.end = column->payload + column->payload_bytes };
	uint64_t value = ev_unzigzag(ev_unpack_varint(&in));

	if (in.bad || in.at != in.end)
		return -EBADMSG;
	memcpy((char *)section->constant + column->key, &value, column->bytes);
	return 0;
}

/* The variable parts must all lie within the bytes there are, and fit an event. */
static int check_tails(struct section *section)
{
	struct column *lengths = find_column(section, EV_KEY_TAIL_LENGTH);
	struct column *bytes = find_column(section, EV_KEY_TAIL_BYTES);
	uint64_t sum = 0, most = EV_EVENT_BYTES_MAX - section->kind->size_bytes;

	if (!section->kind->tail || !lengths || !bytes)
		return 0;
	for (uint32_t i = 0; i < section->count; i++) {
		if (lengths->values[i] > most)
			return -EBADMSG;
		sum += lengths->values[i];
	}
	if (sum != bytes->payload_bytes)
		return -EBADMSG;
	section->tail_lengths = lengths->values;
	section->tails = bytes->payload;
	return 0;
}

static int expand_section(struct ev_block_view *view, struct section *section)
{
	int err = 0;

	memset(section->constant, 0, sizeof(section->constant));
	for (uint32_t i = 0; !err && i < section->column_count; i++) {
		struct column *column = &section->columns[i];

		if (is_constant(column))
			err = expand_constant(section, column);
		else if (section->id && column->key == EV_KEY_TAIL_BYTES)
			err = column->coding == EV_CODING_BYTES ? 0 : -EBADMSG;
		else
			err = expand_column(view, section, column);
	}
	if (err < 0 || !section->kind)
		return err;
	err = check_tails(section);
	section->stride = section->kind->size_bytes;
	section->batch = take(view, BATCH * (size_t)section->stride);
	for (uint32_t i = 0; i < BATCH && i < section->count; i++) {
		struct ev_header *event = (void *)(section->batch + i * (size_t)section->stride);

		memcpy(event, section->constant, section->stride);
		event->kind = section->id;
		event->size_bytes = section->stride;
	}
	return err;
}

/* ---- the timeline ---- */

static int check_times(const uint64_t *times, uint32_t count)
{
	uint32_t back = 0;

	for (uint32_t i = 1; i < count; i++)
		back += times[i] < times[i - 1];
	return back ? -EBADMSG : 0;
}

/* Which section each event is from. */
static int read_order(struct ev_block_view *view, const struct column *order)
{
	uint32_t counts[EV_BLOCK_KINDS_MAX] = { 0 }, section = 1;

	view->order = take(view, view->event_count);
	for (uint32_t i = 0; i < view->event_count; i++) {
		if (order && order->values[i] != view->sections[section].id) {
			for (section = 1; section < view->section_count; section++) {
				if (order->values[i] == view->sections[section].id)
					break;
			}
			if (section == view->section_count)
				return -EBADMSG;
		}
		view->order[i] = (uint8_t)section;
		counts[section]++;
	}
	for (section = 1; section < view->section_count; section++) {
		if (counts[section] != view->sections[section].count)
			return -EBADMSG;
	}
	return 0;
}

/* Gives each kind the times of its own events. */
static void share_times(struct ev_block_view *view, uint64_t *times)
{
	uint64_t *next[EV_BLOCK_KINDS_MAX];

	if (view->section_count == 2) {
		view->sections[1].times = times;
		return;
	}
	for (uint32_t i = 1; i < view->section_count; i++)
		next[i] = view->sections[i].times = take(view, 8 * (size_t)view->sections[i].count);
	for (uint32_t i = 0; i < view->event_count; i++)
		*next[view->order[i]]++ = times[i];
}

static int expand_timeline(struct ev_block_view *view)
{
	struct section *timeline = &view->sections[0];
	struct column *times = find_column(timeline, EV_KEY_TIME);
	struct column *order = find_column(timeline, EV_KEY_ORDER);

	/* These two are arrays even where they are constant. */
	if (!times || expand_column(view, timeline, times) < 0 ||
	    (order && expand_column(view, timeline, order) < 0) ||
	    check_times(times->values, view->event_count) < 0 || read_order(view, order) < 0)
		return -EBADMSG;
	share_times(view, times->values);
	return 0;
}

int ev_block_open(struct ev_block_view *view, const uint8_t *body, size_t bytes,
		  uint32_t event_count)
{
	int err;

	view->given = view->event_count = 0;
	if (!event_count || event_count > EV_BLOCK_EVENTS_MAX)
		return -EBADMSG;
	view->event_count = event_count;
	err = read_directory(view, body, bytes);
	if (!err)
		err = reserve(view);
	if (!err)
		err = expand_timeline(view);
	for (uint32_t i = 1; !err && i < view->section_count; i++)
		err = expand_section(view, &view->sections[i]);
	if (err < 0)
		view->event_count = 0;
	return err;
}

/* ---- events ---- */

/* One field of `count` events. */
static void scatter(uint8_t *to, size_t stride, const uint64_t *values, uint32_t count,
		    unsigned bytes)
{
	switch (bytes) {
	case 8:
		for (uint32_t i = 0; i < count; i++, to += stride)
			memcpy(to, &values[i], 8);
		break;
	case 4:
		for (uint32_t i = 0; i < count; i++, to += stride)
			memcpy(to, &values[i], 4);
		break;
	case 2:
		for (uint32_t i = 0; i < count; i++, to += stride)
			memcpy(to, &values[i], 2);
		break;
	default:
		for (uint32_t i = 0; i < count; i++, to += stride)
			*to = (uint8_t)values[i];
	}
}

static void build_batch(struct section *section)
{
	uint32_t from = section->built, count = section->count - from;

	count = count < BATCH ? count : BATCH;
	scatter(section->batch + EV_KEY_TIME, section->stride, section->times + from, count, 8);
	for (uint32_t i = 0; i < section->column_count; i++) {
		const struct column *column = &section->columns[i];

		if (column->bytes && !is_constant(column))
			scatter(section->batch + column->key, section->stride,
				column->values + from, count, column->bytes);
	}
	section->built += count;
}

static const struct ev_header *with_tail(struct ev_block_view *view, struct section *section,
					 const struct ev_header *fixed)
{
	struct ev_header *event = (struct ev_header *)view->event;
	size_t bytes = (size_t)section->tail_lengths[section->given];

	memcpy(event, fixed, section->stride);
	memcpy((char *)event + section->stride, section->tails, bytes);
	event->size_bytes = (uint16_t)(section->stride + bytes);
	section->tails += bytes;
	return event;
}

const struct ev_header *ev_block_next(struct ev_block_view *view)
{
	while (view->given < view->event_count) {
		struct section *section = &view->sections[view->order[view->given++]];
		const struct ev_header *event;

		if (!section->kind) {
			view->unknown++;
			continue;
		}
		if (section->given == section->built)
			build_batch(section);
		event = (const void *)(section->batch +
				       section->given % BATCH * (size_t)section->stride);
		if (section->tail_lengths)
			event = with_tail(view, section, event);
		section->given++;
		return event;
	}
	return NULL;
}
