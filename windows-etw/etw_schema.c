/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The description (extended item 11):
 *
 *    u16 size | tag bytes, the last without bit 7 | event name NUL | fields
 *    field: name NUL | type | out type, if bit 7 of type | tag bytes, if bit 7 of out type
 *           bits 5 and 6 of type: 0x20 an array whose count follows as u16, 0x40 its count is a
 *           u16 in the payload, 0x60 a type of its own: u16 bytes of description, its payload is
 *           a u16 and as many bytes
 *
 * An array of structs repeats all that follows; it is left at its head, since nothing of ours uses
 * one.
 */
#include "windows-etw/etw_schema.h"

#include <errno.h>
#include <string.h>

#include "windows-etw/etw_bytes.h"
#include "windows-etw/etw_text.h"

enum {
	CHAIN = 0x80, /* one more byte follows */
	COUNT_MASK = 0x60,
	COUNT_FIXED = 0x20,
	COUNT_TOLD = 0x40,
	COUNT_CUSTOM = 0x60,
	TYPE_MASK = 0x1f,
};

static int skip_field(struct etw_schema *schema, uint32_t bytes)
{
	if (bytes > schema->field_left)
		return -EBADMSG;
	schema->field += bytes;
	schema->field_left -= bytes;
	return 0;
}

static int skip_tags(struct etw_schema *schema)
{
	while (schema->field_left) {
		uint8_t tag = *schema->field;

		skip_field(schema, 1);
		if (!(tag & CHAIN))
			return 0;
	}
	return -EBADMSG;
}

/* A name with its NUL; NULL: there is none. */
static const char *take_name(struct etw_schema *schema)
{
	const char *name = (const char *)schema->field;
	const uint8_t *end = memchr(schema->field, 0, schema->field_left);

	if (!end)
		return NULL;
	skip_field(schema, (uint32_t)(end - schema->field) + 1);
	return name;
}

int etw_schema_open(struct etw_schema *schema, const struct etw_event *event)
{
	uint32_t bytes = event->schema_bytes;

	if (!event->schema || bytes < 2 || etw_u16(event->schema) > bytes)
		return -EBADMSG;
	bytes = etw_u16(event->schema);
	*schema = (struct etw_schema){ .field = event->schema,
				       .field_left = bytes,
				       .value = event->payload,
				       .value_left = event->payload_bytes,
				       .pointer_bytes = event->pointer_bytes };
	if (skip_field(schema, 2) || skip_tags(schema))
		return -EBADMSG;
	schema->name = take_name(schema);
	return schema->name ? 0 : -EBADMSG;
}

/* Bytes of one element at the payload's next byte; negative: it cannot be followed. */
static int64_t element_bytes(const struct etw_schema *schema, uint8_t type)
{
	static const uint8_t fixed[] = {
		[ETW_SCHEMA_I8] = 1,	   [ETW_SCHEMA_U8] = 1,		 [ETW_SCHEMA_I16] = 2,
		[ETW_SCHEMA_U16] = 2,	   [ETW_SCHEMA_I32] = 4,	 [ETW_SCHEMA_U32] = 4,
		[ETW_SCHEMA_I64] = 8,	   [ETW_SCHEMA_U64] = 8,	 [ETW_SCHEMA_FLOAT] = 4,
		[ETW_SCHEMA_DOUBLE] = 8,   [ETW_SCHEMA_BOOL] = 4,	 [ETW_SCHEMA_GUID] = 16,
		[ETW_SCHEMA_FILETIME] = 8, [ETW_SCHEMA_SYSTEMTIME] = 16, [ETW_SCHEMA_HEX32] = 4,
		[ETW_SCHEMA_HEX64] = 8,
	};

	switch (type) {
	case ETW_SCHEMA_NONE:
	case ETW_SCHEMA_STRUCT:
		return 0;
	case ETW_SCHEMA_WIDE:
		return (int64_t)etw_text_wide_span(schema->value, schema->value_left);
	case ETW_SCHEMA_NARROW:
		return (int64_t)etw_text_narrow_span(schema->value, schema->value_left);
	case ETW_SCHEMA_POINTER:
		return schema->pointer_bytes;
	case ETW_SCHEMA_BINARY:
	case ETW_SCHEMA_COUNTED_WIDE:
	case ETW_SCHEMA_COUNTED_NARROW:
	case ETW_SCHEMA_COUNTED_BINARY:
		return schema->value_left < 2 ? -EBADMSG : 2 + (int64_t)etw_u16(schema->value);
	case ETW_SCHEMA_SID: /* revision, count, 6 bytes, 4 for each sub-authority */
		return schema->value_left < 2 ? -EBADMSG : 8 + 4 * (int64_t)schema->value[1];
	default:
		return type < sizeof(fixed) && fixed[type] ? fixed[type] : -EBADMSG;
	}
}

static int take_values(struct etw_schema *schema, struct etw_schema_field *field)
{
	field->value = schema->value;
	for (uint32_t i = 0; i < field->count; i++) {
		int64_t bytes = element_bytes(schema, field->type);

		if (bytes < 0 || bytes > schema->value_left)
			return -EBADMSG;
		if (!bytes)
			break;
		schema->value += bytes;
		schema->value_left -= (uint32_t)bytes;
		field->value_bytes += (uint32_t)bytes;
	}
	return 0;
}

/* How many elements, from the description or from the payload. */
static int take_count(struct etw_schema *schema, struct etw_schema_field *field, uint8_t how)
{
	field->count = 1;
	field->is_array = how != 0;
	if (!how)
		return 0;
	if (how == COUNT_CUSTOM)
		return -EBADMSG;
	if (how == COUNT_FIXED) {
		if (schema->field_left < 2)
			return -EBADMSG;
		field->count = etw_u16(schema->field);
		return skip_field(schema, 2);
	}
	if (schema->value_left < 2)
		return -EBADMSG;
	field->count = etw_u16(schema->value);
	schema->value += 2;
	schema->value_left -= 2;
	return 0;
}

int etw_schema_next(struct etw_schema *schema, struct etw_schema_field *ret_field)
{
	struct etw_schema_field field = { 0 };
	uint8_t type;

	if (!schema->field_left)
		return 0;
	field.name = take_name(schema);
	if (!field.name || !schema->field_left)
		return -EBADMSG;
	type = *schema->field;
	skip_field(schema, 1);
	if (type & CHAIN) {
		if (!schema->field_left)
			return -EBADMSG;
		field.out_type = *schema->field & 0x7f;
		if (*schema->field & CHAIN) {
			skip_field(schema, 1);
			if (skip_tags(schema))
				return -EBADMSG;
		} else {
			skip_field(schema, 1);
		}
	}
	field.type = type & TYPE_MASK;
	if (take_count(schema, &field, type & COUNT_MASK))
		return -EBADMSG;
	if (field.type == ETW_SCHEMA_STRUCT && field.is_array)
		return -EBADMSG;
	if (take_values(schema, &field))
		return -EBADMSG;
	*ret_field = field;
	return 1;
}

int etw_schema_number(const struct etw_schema_field *field, uint64_t *ret_number)
{
	const uint8_t *at = field->value;

	if (field->is_array)
		return 0;
	switch (field->type) {
	case ETW_SCHEMA_I8:
		*ret_number = (uint64_t)(int64_t)(int8_t)*at;
		return 1;
	case ETW_SCHEMA_U8:
		*ret_number = *at;
		return 1;
	case ETW_SCHEMA_I16:
		*ret_number = (uint64_t)(int64_t)(int16_t)etw_u16(at);
		return 1;
	case ETW_SCHEMA_U16:
		*ret_number = etw_u16(at);
		return 1;
	case ETW_SCHEMA_I32:
		*ret_number = (uint64_t)(int64_t)(int32_t)etw_u32(at);
		return 1;
	case ETW_SCHEMA_U32:
	case ETW_SCHEMA_HEX32:
	case ETW_SCHEMA_BOOL:
		*ret_number = etw_u32(at);
		return 1;
	case ETW_SCHEMA_I64:
	case ETW_SCHEMA_U64:
	case ETW_SCHEMA_HEX64:
	case ETW_SCHEMA_FILETIME:
		*ret_number = etw_u64(at);
		return 1;
	case ETW_SCHEMA_POINTER:
		*ret_number = etw_pointer(at, field->value_bytes);
		return 1;
	default:
		return 0;
	}
}
