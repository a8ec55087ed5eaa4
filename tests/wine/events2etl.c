/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * usage: events2etl EVENTS ETL. Puts the events that emulated_queues.c wrote down into a trace, as
 * Windows would: the description of an event goes into an extended item, the values into the
 * payload, and the provider's name must be the one that is documented.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/etl/etl_writer.h"

enum { PART_VALUES, PART_EVENT, PART_PROVIDER, PARTS, PART_BYTES_MAX = 4096 };

struct part {
	uint32_t type, bytes;
	uint8_t data[PART_BYTES_MAX];
};

static const struct etw_guid provider = { { 0xd2, 0x41, 0x3c, 0x7f, 0xab, 0x58, 0x0c, 0x4e, 0x9d,
					    0x16, 0x2b, 0x90, 0xe6, 0xa7, 0xc8, 0x54 } };
static const char provider_name[] = "\x12\0ringlens.Queues";

static void need(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "events2etl: %s\n", what);
	exit(1);
}

static void get(FILE *in, void *bytes, size_t count)
{
	need(fread(bytes, 1, count, in) == count, "the events end in the middle of one");
}

static void get_part(FILE *in, struct part *parts)
{
	uint32_t head[2];
	struct part *part;

	get(in, head, sizeof(head));
	need(head[0] < PARTS && head[1] <= PART_BYTES_MAX, "a part of an unknown type or size");
	part = &parts[head[0]];
	need(!part->bytes, "two parts of a type");
	part->bytes = head[1];
	get(in, part->data, head[1]);
}

static void copy_event(FILE *in, struct etl_writer *writer, uint64_t ticks)
{
	static struct part parts[PARTS];
	struct etl_payload payload;
	struct etl_when when = { .ticks = ticks };
	struct etl_manifest_event event = { .provider = provider };
	uint32_t ids[3]; /* pid, tid, parts */

	memset(parts, 0, sizeof(parts));
	get(in, ids, sizeof(ids));
	need(ids[2] == PARTS, "an event has three parts");
	for (uint32_t i = 0; i < PARTS; i++)
		get_part(in, parts);
	need(parts[PART_PROVIDER].bytes == sizeof(provider_name) &&
		     !memcmp(parts[PART_PROVIDER].data, provider_name, sizeof(provider_name)),
	     "the provider has another name");
	when.pid = ids[0];
	when.tid = ids[1];
	event.schema = parts[PART_EVENT].data;
	event.schema_bytes = parts[PART_EVENT].bytes;
	etl_payload_start(writer, &payload);
	etl_put_bytes(&payload, parts[PART_VALUES].data, parts[PART_VALUES].bytes);
	etl_write_event(writer, &when, &event, &payload);
}

int main(int argc, char **argv)
{
	struct etl_writer *writer = etl_writer_new(&(struct etl_terms){ .pointer_bytes = 8 });
	FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
	FILE *out = argc == 3 ? fopen(argv[2], "wb") : NULL;
	const uint8_t *data;
	uint64_t ticks, first = 0;
	size_t bytes;

	need(in && out, "usage: events2etl EVENTS ETL");
	while (fread(&ticks, 1, sizeof(ticks), in) == sizeof(ticks)) {
		first = first ? first : ticks;
		copy_event(in, writer, 10000 + ticks - first);
	}
	data = etl_writer_finish(writer, &bytes);
	need(fwrite(data, 1, bytes, out) == bytes && !fclose(out), "the trace cannot be written");
	etl_writer_free(writer);
	fclose(in);
	return 0;
}
