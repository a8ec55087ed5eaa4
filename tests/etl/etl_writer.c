/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * SYNTHETIC event traces. Each processor fills a buffer; a full one is numbered and appended to the
 * file, compressed if asked for. The header buffer is written first and completed at the end, when
 * the number of buffers is known.
 */
#include "tests/etl/etl_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 0x48 };

struct cpu_buffer {
	uint8_t *bytes;
	uint32_t used;
};

struct etl_writer {
	struct etl_terms terms;
	struct cpu_buffer cpus[ETL_WRITER_CPUS];
	uint8_t *file;
	size_t file_bytes;
	size_t file_room;
	size_t buffers[ETL_WRITER_BUFFERS];
	size_t buffer_count;
	uint64_t sequence;
	uint64_t last_ticks;
};

static void store(uint8_t *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* Appends a whole buffer to the file. */
static void append(struct etl_writer *writer, const uint8_t *bytes, size_t count)
{
	if (writer->file_bytes + count > writer->file_room) {
		writer->file_room = (writer->file_bytes + count) * 2;
		writer->file = realloc(writer->file, writer->file_room);
		assert(writer->file);
	}
	assert(writer->buffer_count < ETL_WRITER_BUFFERS);
	writer->buffers[writer->buffer_count++] = writer->file_bytes;
	memcpy(writer->file + writer->file_bytes, bytes, count);
	writer->file_bytes += count;
}

/* The header of a buffer that is `used` bytes long. */
static void seal(struct etl_writer *writer, uint8_t *buffer, uint32_t used, uint32_t cpu,
		 uint32_t type)
{
	store(buffer, writer->terms.buffer_bytes, 4);
	store(buffer + 0x04, used, 4);
	store(buffer + 0x08, used, 4);
	store(buffer + 0x10, writer->last_ticks, 8);
	store(buffer + 0x18, type == 4 ? 0 : ++writer->sequence, 8);
	store(buffer + 0x28, writer->terms.old_cpu_field ? 0x800 | cpu : cpu, 2);
	store(buffer + 0x2c, 3, 4);
	store(buffer + 0x30, used, 4);
	store(buffer + 0x34, writer->terms.old_cpu_field ? 0 : 0x20, 2);
	store(buffer + 0x36, type, 2);
	memset(buffer + used, 0xff, writer->terms.buffer_bytes - used);
}

void etl_writer_flush(struct etl_writer *writer, uint32_t cpu)
{
	struct cpu_buffer *buffer = &writer->cpus[cpu];
	uint8_t *packed;
	size_t bytes;

	if (buffer->used <= HEADER)
		return;
	seal(writer, buffer->bytes, buffer->used, cpu, 0);
	if (!writer->terms.compressed) {
		append(writer, buffer->bytes, writer->terms.buffer_bytes);
	} else {
		packed = malloc(HEADER + (size_t)buffer->used * 9 / 8 + 64);
		assert(packed);
		bytes = HEADER + etl_compress(buffer->bytes + HEADER, buffer->used - HEADER,
					      packed + HEADER);
		memcpy(packed, buffer->bytes, HEADER);
		store(packed, bytes, 4);
		packed[0x34] |= 0x40;
		append(writer, packed, bytes);
		free(packed);
	}
	buffer->used = HEADER;
}

/* Room for a record in a processor's buffer. */
static uint8_t *record(struct etl_writer *writer, uint32_t cpu, uint32_t bytes)
{
	struct cpu_buffer *buffer = &writer->cpus[cpu];
	uint32_t rounded = (bytes + 7) & ~7u;
	uint8_t *at;

	assert(cpu < ETL_WRITER_CPUS && rounded <= writer->terms.buffer_bytes - HEADER);
	if (buffer->used + rounded > writer->terms.buffer_bytes)
		etl_writer_flush(writer, cpu);
	at = buffer->bytes + buffer->used;
	memset(at, 0, rounded);
	buffer->used += rounded;
	return at;
}

/* The trace header: its own record and payload. */
static void write_header(struct etl_writer *writer)
{
	const struct etl_terms *terms = &writer->terms;
	uint32_t wide = terms->pointer_bytes == 8 ? 8 : 0, used;
	uint8_t *buffer = calloc(1, terms->buffer_bytes), *at = buffer + HEADER, *payload;

	assert(buffer);
	store(at, 2, 2);
	at[2] = terms->pointer_bytes == 8 ? 2 : 1;
	at[3] = 0xc0;
	used = 32 + 272 + wide + 4 * 2;
	store(at + 4, used, 2);
	store(at + 0x10, terms->base_ticks, 8);
	payload = at + 32;
	store(payload, terms->buffer_bytes, 4);
	store(payload + 4, 0x05010002, 4);
	store(payload + 8, 19045, 4);
	store(payload + 12, ETL_WRITER_CPUS, 4);
	store(payload + 44, terms->pointer_bytes, 4);
	store(payload + 48, terms->events_lost, 4);
	store(payload + 52, terms->cpu_mhz, 4);
	store(payload + 248 + wide, terms->frequency, 8);
	store(payload + 256 + wide, terms->start_filetime, 8);
	store(payload + 264 + wide, terms->clock, 4);
	store(payload + 268 + wide, terms->buffers_lost, 4);
	store(payload + 272 + wide, 'T', 2);
	writer->last_ticks = terms->base_ticks;
	seal(writer, buffer, HEADER + ((used + 7) & ~7u), 0, 4);
	append(writer, buffer, terms->buffer_bytes);
	free(buffer);
}

struct etl_writer *etl_writer_new(const struct etl_terms *terms)
{
	struct etl_writer *writer = calloc(1, sizeof(*writer));
	struct etl_terms *own;

	assert(writer);
	own = &writer->terms;
	*own = *terms;
	own->pointer_bytes = own->pointer_bytes ? own->pointer_bytes : 8;
	own->clock = own->clock ? own->clock : 1;
	own->frequency = own->frequency ? own->frequency : 10000000;
	own->base_ticks = own->base_ticks ? own->base_ticks : 1000;
	own->start_filetime = own->start_filetime ? own->start_filetime : 132404548206236167;
	own->cpu_mhz = own->cpu_mhz ? own->cpu_mhz : 3000;
	own->buffer_bytes = own->buffer_bytes ? own->buffer_bytes : 65536;
	for (uint32_t i = 0; i < ETL_WRITER_CPUS; i++) {
		writer->cpus[i].bytes = malloc(own->buffer_bytes);
		assert(writer->cpus[i].bytes);
		memset(writer->cpus[i].bytes, 0, HEADER);
		writer->cpus[i].used = HEADER;
	}
	write_header(writer);
	return writer;
}

void etl_writer_free(struct etl_writer *writer)
{
	for (uint32_t i = 0; i < ETL_WRITER_CPUS; i++)
		free(writer->cpus[i].bytes);
	free(writer->file);
	free(writer);
}

const uint8_t *etl_writer_finish(struct etl_writer *writer, size_t *ret_bytes)
{
	for (uint32_t i = 0; i < ETL_WRITER_CPUS; i++)
		etl_writer_flush(writer, i);
	*ret_bytes = writer->file_bytes;
	return writer->file;
}

void etl_writer_skip_sequence(struct etl_writer *writer, uint64_t count)
{
	writer->sequence += count;
}

const size_t *etl_writer_buffers(const struct etl_writer *writer, size_t *ret_count)
{
	*ret_count = writer->buffer_count;
	return writer->buffers;
}

void etl_payload_start(const struct etl_writer *writer, struct etl_payload *payload)
{
	payload->used = 0;
	payload->pointer_bytes = writer->terms.pointer_bytes;
}

void etl_put(struct etl_payload *payload, uint64_t value, unsigned bytes)
{
	assert(payload->used + bytes <= sizeof(payload->bytes));
	store(payload->bytes + payload->used, value, bytes);
	payload->used += bytes;
}

void etl_put_pointer(struct etl_payload *payload, uint64_t value)
{
	etl_put(payload, value, payload->pointer_bytes);
}

void etl_put_wide(struct etl_payload *payload, const char *text)
{
	do
		etl_put(payload, (uint8_t)*text, 2);
	while (*text++);
}

void etl_put_narrow(struct etl_payload *payload, const char *text)
{
	etl_put_bytes(payload, text, (uint32_t)strlen(text) + 1);
}

void etl_put_bytes(struct etl_payload *payload, const void *bytes, uint32_t count)
{
	assert(payload->used + count <= sizeof(payload->bytes));
	memcpy(payload->bytes + payload->used, bytes, count);
	payload->used += count;
}

static void note(struct etl_writer *writer, const struct etl_when *when)
{
	if (when->ticks > writer->last_ticks)
		writer->last_ticks = when->ticks;
}

static void store_ids(uint8_t *at, const struct etl_when *when)
{
	store(at + 8, when->tid, 4);
	store(at + 0x0c, when->pid, 4);
	store(at + 0x10, when->ticks, 8);
}

void etl_write_kernel(struct etl_writer *writer, enum etl_writer_header header,
		      const struct etl_when *when, uint32_t hook_and_version,
		      const struct etl_payload *payload)
{
	static const uint8_t types[][2] = { { 1, 2 }, { 16, 17 }, { 3, 4 } };
	static const uint32_t sizes[] = { 32, 16, 24 };
	uint32_t bytes = sizes[header] + payload->used;
	uint8_t *at;

	note(writer, when);
	at = record(writer, when->cpu, bytes);
	store(at, hook_and_version & 0xffff, 2);
	at[2] = types[header][writer->terms.pointer_bytes == 8];
	at[3] = 0xc0;
	store(at + 4, bytes, 2);
	store(at + 6, hook_and_version >> 16, 2);
	if (header == ETL_WRITE_PERFINFO)
		store(at + 8, when->ticks, 8);
	else
		store_ids(at, when);
	memcpy(at + sizes[header], payload->bytes, payload->used);
}

void etl_write_classic(struct etl_writer *writer, int instance, const struct etl_when *when,
		       const struct etw_guid *provider, uint32_t type_and_version,
		       const struct etl_payload *payload)
{
	uint32_t head = instance ? 56 : 48, bytes = head + payload->used;
	int wide = writer->terms.pointer_bytes == 8;
	uint8_t *at;

	note(writer, when);
	at = record(writer, when->cpu, bytes);
	store(at, bytes, 2);
	at[2] = (uint8_t)((wide ? 20 : 10) + (instance != 0));
	at[3] = 0xc0;
	at[4] = (uint8_t)(type_and_version >> 8);
	store(at + 6, type_and_version & 0xff, 2);
	store_ids(at, when);
	if (!instance)
		memcpy(at + 0x18, provider, 16);
	memcpy(at + head, payload->bytes, payload->used);
}

static uint32_t item_bytes(uint32_t data_bytes)
{
	return (8 + data_bytes + 7) & ~7u;
}

static uint32_t name_bytes(const struct etl_manifest_event *event)
{
	return event->name ? (uint32_t)strlen(event->name) + 3 : 0;
}

static uint32_t items_bytes(const struct etl_manifest_event *event)
{
	uint32_t bytes = event->name ? item_bytes(name_bytes(event)) : 0;

	return event->schema ? bytes + 16 + item_bytes(event->schema_bytes) : bytes;
}

/* The extended items: one that is not known and the schema, then the provider's name. */
static void store_items(uint8_t *at, const struct etl_manifest_event *event)
{
	if (event->schema) {
		store(at, 16, 2);
		store(at + 2, 10, 2); /* event key */
		store(at + 4, 1, 2);  /* another follows */
		store(at + 6, 8, 2);
		at += 16;
		store(at, item_bytes(event->schema_bytes), 2);
		store(at + 2, 11, 2);
		store(at + 4, event->name != NULL, 2);
		store(at + 6, event->schema_bytes, 2);
		memcpy(at + 8, event->schema, event->schema_bytes);
		at += item_bytes(event->schema_bytes);
	}
	if (!event->name)
		return;
	store(at, item_bytes(name_bytes(event)), 2);
	store(at + 2, 12, 2);
	store(at + 6, name_bytes(event), 2);
	store(at + 8, name_bytes(event), 2);
	memcpy(at + 10, event->name, name_bytes(event) - 2);
}

void etl_write_event(struct etl_writer *writer, const struct etl_when *when,
		     const struct etl_manifest_event *event, const struct etl_payload *payload)
{
	uint32_t items = items_bytes(event);
	uint32_t bytes = 80 + items + payload->used;
	uint8_t *at;

	note(writer, when);
	at = record(writer, when->cpu, bytes);
	store(at, bytes, 2);
	at[2] = writer->terms.pointer_bytes == 8 ? 19 : 18;
	at[3] = 0xc0;
	store(at + 4, items != 0, 2);
	store_ids(at, when);
	memcpy(at + 0x18, &event->provider, 16);
	store(at + 0x28, event->id, 2);
	at[0x2a] = event->version;
	at[0x2d] = event->opcode;
	store_items(at + 80, event);
	memcpy(at + 80 + items, payload->bytes, payload->used);
}

void etl_write_message(struct etl_writer *writer, const struct etl_when *when,
		       const struct etw_guid *provider, uint16_t number,
		       const struct etl_payload *payload)
{
	uint32_t bytes = 8 + 4 + 16 + 8 + 8 + payload->used;
	uint8_t *at;

	note(writer, when);
	at = record(writer, when->cpu, bytes);
	store(at, bytes, 2);
	at[3] = 0x90;
	store(at + 4, number, 2);
	store(at + 6, 1 | 2 | 8 | 0x20, 2);
	memcpy(at + 12, provider, 16);
	store(at + 28, when->ticks, 8);
	store(at + 36, when->tid, 4);
	store(at + 40, when->pid, 4);
	memcpy(at + 44, payload->bytes, payload->used);
}

void etl_write_raw(struct etl_writer *writer, uint32_t cpu, const void *bytes, uint32_t count)
{
	memcpy(record(writer, cpu, count), bytes, count);
}

/* Compression: the last place of each three bytes, by a hash. */
struct packer {
	uint8_t *out;
	uint8_t *flags_at;
	uint8_t *nibble_at;
	uint32_t flags;
	unsigned bits;
};

static void flag(struct packer *packer, unsigned bit)
{
	if (packer->bits == 32) {
		store(packer->flags_at, packer->flags, 4);
		packer->flags_at = packer->out;
		packer->out += 4;
		packer->bits = packer->flags = 0;
	}
	packer->flags |= bit << (31 - packer->bits++);
}

static void put_length(struct packer *packer, uint64_t length)
{
	uint64_t nibble = length < 15 ? length : 15;

	if (packer->nibble_at) {
		*packer->nibble_at |= (uint8_t)(nibble << 4);
		packer->nibble_at = NULL;
	} else {
		packer->nibble_at = packer->out;
		*packer->out++ = (uint8_t)nibble;
	}
	if (nibble < 15)
		return;
	length -= 15;
	if (length < 255) {
		*packer->out++ = (uint8_t)length;
		return;
	}
	*packer->out++ = 255;
	length += 15 + 7;
	if (length < 65536) {
		store(packer->out, length, 2);
		packer->out += 2;
		return;
	}
	store(packer->out, 0, 2);
	store(packer->out + 2, length, 4);
	packer->out += 6;
}

static void put_match(struct packer *packer, size_t distance, size_t length)
{
	size_t rest = length - 3;

	flag(packer, 1);
	store(packer->out, (distance - 1) << 3 | (rest < 7 ? rest : 7), 2);
	packer->out += 2;
	if (rest >= 7)
		put_length(packer, rest - 7);
}

size_t etl_compress(const uint8_t *in, size_t bytes, uint8_t *out)
{
	size_t *last = calloc(65536, sizeof(*last)), at = 0;
	struct packer packer = { .out = out + 4, .flags_at = out };

	assert(last);
	while (at < bytes) {
		size_t from = 0, length = 0;

		if (at + 3 <= bytes) {
			size_t slot = ((size_t)in[at] << 8 ^ (size_t)in[at + 1] << 4 ^ in[at + 2]) &
				      0xffff;

			from = last[slot];
			last[slot] = at + 1;
			while (from && at + 1 - from <= 8192 && at + length < bytes &&
			       in[from - 1 + length] == in[at + length])
				length++;
		}
		if (length >= 3) {
			put_match(&packer, at + 1 - from, length);
			at += length;
		} else {
			flag(&packer, 0);
			*packer.out++ = in[at++];
		}
	}
	/* The rest of the flags says match: the end. */
	while (packer.bits < 32)
		packer.flags |= 1u << (31 - packer.bits++);
	store(packer.flags_at, packer.flags, 4);
	free(last);
	return (size_t)(packer.out - out);
}
