/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The kinds table covers every byte of every struct, once; docs/events.md and docs/format.md say
 * the same as the code. The bytes a table may leave out are the reserved fields, listed here by
 * name with offsets the compiler computes.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event/kinds.h"
#include "event/trace_file.h"

enum { BYTES_MAX = 512, LINE_BYTES = 512 };

struct hole {
	uint16_t kind;
	uint16_t offset;
	uint16_t bytes;
};

#define HOLE(kind, type, member)                                                                   \
	{                                                                                          \
		kind, offsetof(struct type, member), sizeof(((struct type *)0)->member)            \
	}

static const struct hole reserved[] = {
	HOLE(EV_SESSION, ev_session, reserved),
	HOLE(EV_QUEUE, ev_queue, reserved),
	HOLE(EV_QUEUE_END, ev_queue_end, reserved),
	HOLE(EV_FILE, ev_file, reserved),
	HOLE(EV_REQUEST, ev_request, reserved0),
	HOLE(EV_COMPLETION, ev_completion, reserved),
	HOLE(EV_OVERFLOW, ev_overflow, reserved),
	HOLE(EV_DEVICE, ev_device, reserved),
	HOLE(EV_QUEUE_STATE, ev_queue_state, reserved),
	HOLE(EV_WAIT, ev_wait, reserved),
	HOLE(EV_LATENCY, ev_latency, reserved),
	HOLE(EV_COMMAND_PART, ev_command_part, reserved),
	HOLE(EV_DEVICE_QUEUE, ev_device_queue, reserved),
	HOLE(EV_DEVICE_NAME, ev_device_name, reserved),
	HOLE(EV_DEVICE_EVENT, ev_device_event, reserved),
};

static const size_t sizes[] = {
	[EV_SESSION] = sizeof(struct ev_session),
	[EV_SESSION_END] = sizeof(struct ev_session_end),
	[EV_PROCESS] = sizeof(struct ev_process),
	[EV_QUEUE] = sizeof(struct ev_queue),
	[EV_QUEUE_END] = sizeof(struct ev_queue_end),
	[EV_FILE] = sizeof(struct ev_file),
	[EV_REQUEST] = sizeof(struct ev_request),
	[EV_COMPLETION] = sizeof(struct ev_completion),
	[EV_OVERFLOW] = sizeof(struct ev_overflow),
	[EV_REGISTER] = sizeof(struct ev_register),
	[EV_DEVICE] = sizeof(struct ev_device),
	[EV_COMMAND] = sizeof(struct ev_command),
	[EV_QUEUE_STATE] = sizeof(struct ev_queue_state),
	[EV_LATENCY] = sizeof(struct ev_latency),
	[EV_DEVICE_STATE] = sizeof(struct ev_device_state),
	[EV_LOST] = sizeof(struct ev_lost),
	[EV_TICK] = sizeof(struct ev_tick),
	[EV_COMMAND_PART] = sizeof(struct ev_command_part),
	[EV_DEVICE_QUEUE] = sizeof(struct ev_device_queue),
	[EV_DEVICE_NAME] = sizeof(struct ev_device_name),
	[EV_DEVICE_WAIT] = sizeof(struct ev_device_wait),
	[EV_DEVICE_EVENT] = sizeof(struct ev_device_event),
	[EV_WAIT] = sizeof(struct ev_wait),
};

static void cover(uint8_t *bytes, size_t offset, size_t count)
{
	assert_true(offset + count <= BYTES_MAX);
	for (size_t i = 0; i < count; i++)
		bytes[offset + i]++;
}

static void every_byte_is_described_once(void **unused)
{
	size_t count;
	const struct ev_kind *kinds = ev_kinds(&count);

	(void)unused;
	assert_int_equal(count, EV_KIND_LAST);
	for (size_t i = 0; i < count; i++) {
		const struct ev_kind *kind = &kinds[i];
		uint8_t covered[BYTES_MAX] = { 0 };

		assert_int_equal(kind->id, i + 1);
		assert_int_equal(kind->size_bytes, sizes[kind->id]);
		cover(covered, offsetof(struct ev_header, kind), 2);
		cover(covered, offsetof(struct ev_header, size_bytes), 2);
		for (uint16_t j = 0; j < kind->field_count; j++)
			cover(covered, kind->fields[j].offset_bytes,
			      ev_type_bytes(kind->fields[j].type));
		for (size_t j = 0; j < sizeof(reserved) / sizeof(reserved[0]); j++) {
			if (reserved[j].kind == kind->id)
				cover(covered, reserved[j].offset, reserved[j].bytes);
		}
		for (size_t byte = 0; byte < kind->size_bytes; byte++) {
			if (covered[byte] != 1)
				fail_msg("%s: byte %zu is described %u times", kind->name, byte,
					 covered[byte]);
		}
		assert_int_equal(covered[kind->size_bytes], 0);
	}
}

static void tables_are_sound(void **unused)
{
	size_t count;
	const struct ev_kind *kinds = ev_kinds(&count);

	(void)unused;
	for (size_t i = 0; i < count; i++) {
		const struct ev_kind *kind = &kinds[i];

		assert_ptr_equal(ev_kind(kind->id), kind);
		assert_ptr_equal(ev_kind_by_name(kind->name), kind);
		assert_true(strlen(kind->what) > 5);
		assert_int_equal(kind->tail != EV_TAIL_NONE, kind->tail_name != NULL);
		assert_int_equal(kind->size_bytes % 8, 0);
		assert_string_equal(kind->fields[0].name, "cpu");
		assert_string_equal(kind->fields[1].name, "time_ns");
		for (uint16_t j = 0; j < kind->field_count; j++) {
			const struct ev_field *field = &kind->fields[j];

			assert_true(strlen(field->what) > 3);
			assert_int_equal(field->unit == EV_UNIT_NAME, field->name_count > 0);
			assert_int_equal(field->offset_bytes % ev_type_bytes(field->type), 0);
		}
	}
	assert_null(ev_kind(0));
	assert_null(ev_kind(EV_KIND_LAST + 1));
	assert_null(ev_kind_by_name("NOTHING"));
}

static void fields_are_read_and_written(void **unused)
{
	const struct ev_kind *kind = ev_kind(EV_QUEUE);
	struct ev_queue queue = { .fd = -1, .type = EV_QUEUE_RIO, .sq_entries = 128 };

	(void)unused;
	for (uint16_t i = 0; i < kind->field_count; i++) {
		const struct ev_field *field = &kind->fields[i];

		if (!strcmp(field->name, "fd"))
			assert_true(ev_field_get(field, &queue.h) == UINT64_MAX);
		if (!strcmp(field->name, "type"))
			assert_true(ev_field_get(field, &queue.h) == EV_QUEUE_RIO);
		if (!strcmp(field->name, "sq_entries"))
			ev_field_set(field, &queue.h, 0x1122334455667788);
	}
	assert_int_equal(queue.sq_entries, 0x55667788);
	assert_int_equal(queue.cq_entries, 0);
}

/* ---- the documents ---- */

static FILE *document(const char *name)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", SOURCE_DIR, name);
	file = fopen(path, "r");
	if (!file)
		fail_msg("cannot open %s", path);
	return file;
}

/* Splits a Markdown table row into cells without spaces and backquotes around; 0 for other lines.
 */
static int cells(char *line, char *cell[8])
{
	int count = 0;

	if (*line != '|' || strspn(line, "|- :\n") == strlen(line))
		return 0;
	for (char *at = strtok(line + 1, "|\n"); at && count < 8; at = strtok(NULL, "|\n")) {
		char *end;

		at += strspn(at, " `");
		end = at + strlen(at);
		while (end > at && strchr(" `", end[-1]))
			*--end = 0;
		cell[count++] = at;
	}
	return count;
}

static const char *type_name(uint8_t type)
{
	static const char *const names[] = {
		[EV_TYPE_U8] = "u8",   [EV_TYPE_U16] = "u16", [EV_TYPE_U32] = "u32",
		[EV_TYPE_U64] = "u64", [EV_TYPE_I32] = "i32", [EV_TYPE_I64] = "i64",
	};

	return names[type];
}

static const char *unit_name(uint8_t unit)
{
	static const char *const names[] = {
		[EV_UNIT_NONE] = "number", [EV_UNIT_TIME] = "time",   [EV_UNIT_NS] = "ns",
		[EV_UNIT_BYTES] = "bytes", [EV_UNIT_COUNT] = "count", [EV_UNIT_ID] = "id",
		[EV_UNIT_HEX] = "hex",	   [EV_UNIT_NAME] = "name",
	};

	return names[unit];
}

/* One row of docs/events.md: offset, name, type, unit, meaning. */
static void check_row(const struct ev_kind *kind, uint16_t at, char *cell[8])
{
	const struct ev_field *field = &kind->fields[at];

	if (at >= kind->field_count)
		fail_msg("%s: the document has a field more, %s", kind->name, cell[1]);
	assert_int_equal(atoi(cell[0]), field->offset_bytes);
	assert_string_equal(cell[1], field->name);
	assert_string_equal(cell[2], type_name(field->type));
	assert_string_equal(cell[3], unit_name(field->unit));
	assert_string_equal(cell[4], field->what);
}

/* "`end`: 0 open, 1 completed, …." lists the words of a field whose list is short. */
enum { WORDS_LISTED_MAX = 30 };

static void check_words(const struct ev_kind *kind, const char *line)
{
	char expected[LINE_BYTES] = "";

	for (uint16_t i = 0; i < kind->field_count; i++) {
		const struct ev_field *field = &kind->fields[i];
		size_t length = (size_t)snprintf(expected, sizeof(expected), "`%s`:", field->name);
		const char *comma = " ";

		if (!field->name_count || strncmp(line, expected, length))
			continue;
		for (uint16_t value = 0; value < field->name_count; value++) {
			if (!field->names[value])
				continue;
			length += (size_t)snprintf(expected + length, sizeof(expected) - length,
						   "%s%u %s", comma, value, field->names[value]);
			comma = ", ";
		}
		snprintf(expected + length, sizeof(expected) - length, ".\n");
		assert_string_equal(line, expected);
		return;
	}
	fail_msg("%s: no field has these words: %s", kind->name, line);
}

static uint16_t short_lists(const struct ev_kind *kind)
{
	uint16_t count = 0;

	for (uint16_t i = 0; i < kind->field_count; i++)
		count += kind->fields[i].name_count &&
			 kind->fields[i].name_count <= WORDS_LISTED_MAX;
	return count;
}

static void check_kind_end(const struct ev_kind *kind, uint16_t rows, uint16_t lists)
{
	if (kind && lists != short_lists(kind))
		fail_msg("%s: the document has %u of %u lists of words", kind->name, lists,
			 short_lists(kind));
	if (kind && rows != kind->field_count)
		fail_msg("%s: the document has %u of %u fields", kind->name, rows,
			 kind->field_count);
}

/* "## 7 REQUEST (192 bytes)" or "## 3 PROCESS (24 bytes, then text: comm)". */
static const struct ev_kind *check_heading(const char *line, uint16_t previous_id)
{
	char expected[128], tail[64] = "";
	unsigned id = (unsigned)atoi(line + 3);
	const struct ev_kind *kind = ev_kind((uint16_t)id);

	if (!kind || id != previous_id + 1u)
		fail_msg("docs/events.md: unexpected heading %s", line);
	if (kind->tail)
		snprintf(tail, sizeof(tail), ", then %s: %s",
			 kind->tail == EV_TAIL_TEXT ? "text" : "bytes", kind->tail_name);
	snprintf(expected, sizeof(expected), "## %u %s (%u bytes%s)\n", id, kind->name,
		 kind->size_bytes, tail);
	assert_string_equal(line, expected);
	return kind;
}

static void events_document_agrees(void **unused)
{
	FILE *file = document("docs/events.md");
	const struct ev_kind *kind = NULL;
	char line[LINE_BYTES], *cell[8];
	uint16_t rows = 0, lists = 0, last = 0;

	(void)unused;
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "## ", 3) && isdigit((unsigned char)line[3])) {
			check_kind_end(kind, rows, lists);
			kind = check_heading(line, last);
			last = kind->id;
			rows = lists = 0;
		} else if (kind && *line == '`') {
			check_words(kind, line);
			lists++;
		} else if (kind && cells(line, cell) == 5 && isdigit((unsigned char)*cell[0])) {
			check_row(kind, rows++, cell);
		}
	}
	check_kind_end(kind, rows, lists);
	assert_int_equal(last, EV_KIND_LAST);
	fclose(file);
}

struct member {
	const char *name;
	size_t offset;
	size_t bytes;
};

#define MEMBER(type, name)                                                                         \
	{                                                                                          \
#name, offsetof(struct type, name), sizeof(((struct type *)0)->name)               \
	}

static const struct member file_header[] = {
	MEMBER(ev_file_header, magic),	      MEMBER(ev_file_header, version),
	MEMBER(ev_file_header, header_bytes), MEMBER(ev_file_header, compatible),
	MEMBER(ev_file_header, incompatible), MEMBER(ev_file_header, reserved),
	MEMBER(ev_file_header, checksum),     { NULL, 0, 0 },
};

static const struct member block_header[] = {
	MEMBER(ev_block_header, magic),		  MEMBER(ev_block_header, header_bytes),
	MEMBER(ev_block_header, codec),		  MEMBER(ev_block_header, flags),
	MEMBER(ev_block_header, sequence),	  MEMBER(ev_block_header, first_ns),
	MEMBER(ev_block_header, last_ns),	  MEMBER(ev_block_header, event_count),
	MEMBER(ev_block_header, packed_bytes),	  MEMBER(ev_block_header, stored_bytes),
	MEMBER(ev_block_header, reserved),	  MEMBER(ev_block_header, body_checksum),
	MEMBER(ev_block_header, header_checksum), { NULL, 0, 0 },
};

/* Rows "offset | bytes | name | …" of the table under a heading. */
static void check_members(const char *heading, const struct member *members)
{
	FILE *file = document("docs/format.md");
	char line[LINE_BYTES], *cell[8];
	int inside = 0;

	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "## ", 3))
			inside = !strncmp(line + 3, heading, strlen(heading));
		if (!inside || cells(line, cell) < 4 || !isdigit((unsigned char)*cell[0]))
			continue;
		assert_non_null(members->name);
		assert_int_equal(atoi(cell[0]), members->offset);
		assert_int_equal(atoi(cell[1]), members->bytes);
		assert_string_equal(cell[2], members->name);
		members++;
	}
	assert_null(members->name);
	fclose(file);
}

/* Rows "number | name | …" of the table under a heading, against the words of an enumeration. */
static void check_numbers(const char *heading, const char *const *names, size_t count)
{
	FILE *file = document("docs/format.md");
	char line[LINE_BYTES], *cell[8];
	int inside = 0;
	size_t rows = 0;

	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "### ", 4))
			inside = !strncmp(line + 4, heading, strlen(heading));
		if (!inside || cells(line, cell) < 3 || !isdigit((unsigned char)*cell[0]))
			continue;
		assert_true(rows < count);
		assert_int_equal(atoi(cell[0]), rows);
		assert_string_equal(cell[1], names[rows++]);
	}
	assert_int_equal(rows, count);
	fclose(file);
}

static void format_document_agrees(void **unused)
{
	static const char *const transforms[EV_TRANSFORM_COUNT] = {
		[EV_TRANSFORM_PLAIN] = "PLAIN", [EV_TRANSFORM_DELTA] = "DELTA",
		[EV_TRANSFORM_REF] = "REF",	[EV_TRANSFORM_TURN] = "TURN",
		[EV_TRANSFORM_TAG] = "TAG",
	};
	static const char *const codings[EV_CODING_COUNT] = {
		[EV_CODING_CONST] = "CONST", [EV_CODING_PACKED] = "PACKED",
		[EV_CODING_DICT] = "DICT",   [EV_CODING_SPLIT] = "SPLIT",
		[EV_CODING_BYTES] = "BYTES",
	};

	(void)unused;
	check_members("File header", file_header);
	check_members("Block header", block_header);
	check_numbers("Transforms", transforms, EV_TRANSFORM_COUNT);
	check_numbers("Codings", codings, EV_CODING_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_described_once),
		cmocka_unit_test(tables_are_sound),
		cmocka_unit_test(fields_are_read_and_written),
		cmocka_unit_test(events_document_agrees),
		cmocka_unit_test(format_document_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
