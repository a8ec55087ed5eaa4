/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Proves the links between requests and device commands that a trace tells. A direct read or write
 * says where in the file it is, the file's extents say where that is on the device, and each
 * command says where on the device it was: a command that names a request must lie within the
 * request's range, and what names a request must make up the whole of it.
 *
 *     trace_links TRACE DEVICE [FILE]
 *     trace_links TRACE DEVICE --map MAP
 *
 * DEVICE is a name (vda, loop0). With FILE, an existing file on it, all the trace's requests are on
 * that file; else those count that are on /dev/DEVICE itself, or on FILE, when that is another name
 * below /dev/: the disk whose path DEVICE is. With MAP, DEVICE stands on others, whose commands are
 * judged: a line of MAP tells where a range of it lies, "NAME START THERE LENGTH" in bytes, and "copies N"
 * how often each byte is written. Prints
 *
 *     requests=N linked=N whole=N commands=N named=N parts=N merged=N split=N wrong=N
 *
 * requests: direct reads and writes that moved bytes; linked: of them, those that a command names;
 * whole: of these, those whose commands add up to their length; commands: of the device; named: of
 * them, those that name a request; parts: COMMAND_PARTs; merged: commands with several requests;
 * split: requests with several commands; wrong: commands or parts outside of the request they name.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "event/reader.h"
#include "event/record.h"

enum { EXTENTS_MAX = 4096, OPENED_MAX = 64, NAME_BYTES = 32, STATUS_BAD = 125 };

/* A request, or what a command says of one. */
struct piece {
	uint64_t submit_ns;
	uint64_t offset_bytes;
	uint64_t length_bytes;
	uint32_t queue;
	uint32_t device; /* of a command: as in extents */
	uint32_t is_command;
};

/* Where a range of the file, or of a device that stands on others, lies. */
struct extent {
	uint64_t logical;
	uint64_t physical;
	uint64_t length;
	uint32_t device; /* number; 0: not met in the trace */
	char name[NAME_BYTES];
};

struct pieces {
	struct piece *items;
	size_t count, room;
};

/* The device, and the FILE numbers of its special file: one each time that it was opened. */
struct target {
	const char *name;
	char path[64];	 /* of its special file */
	uint32_t device; /* 0 with a map: none of its own is judged */
	int is_file;	 /* all requests are on it */
	uint64_t opened[OPENED_MAX];
	uint32_t opened_count;
};

struct figures {
	unsigned long requests, linked, whole, commands, named, parts, merged, split, wrong;
};

static struct extent extents[EXTENTS_MAX];
static uint32_t extent_count, copies = 1;

static void die(const char *what)
{
	fprintf(stderr, "trace_links: %s\n", what);
	exit(STATUS_BAD);
}

static void read_extents(const char *path)
{
	struct fiemap *map = calloc(1, sizeof(*map) + EXTENTS_MAX * sizeof(map->fm_extents[0]));
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (!map || fd < 0)
		die("cannot open the file");
	map->fm_length = FIEMAP_MAX_OFFSET;
	map->fm_flags = FIEMAP_FLAG_SYNC;
	map->fm_extent_count = EXTENTS_MAX;
	if (ioctl(fd, FS_IOC_FIEMAP, map))
		die("the file system does not tell where the file lies");
	extent_count = map->fm_mapped_extents;
	for (uint32_t i = 0; i < extent_count; i++)
		extents[i] = (struct extent){ .logical = map->fm_extents[i].fe_logical,
					      .physical = map->fm_extents[i].fe_physical,
					      .length = map->fm_extents[i].fe_length };
	close(fd);
	free(map);
}

static void read_map(const char *path)
{
	FILE *file = fopen(path, "r");
	struct extent *extent;
	char line[256];

	if (!file)
		die("cannot open the map");
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "copies %" SCNu32, &copies) == 1)
			continue;
		if (extent_count == EXTENTS_MAX)
			die("the map has too many lines");
		extent = &extents[extent_count++];
		if (sscanf(line, "%31s %" SCNu64 " %" SCNu64 " %" SCNu64, extent->name,
			   &extent->logical, &extent->physical, &extent->length) != 4)
			die("the map has a line of another form");
	}
	fclose(file);
}

/* The extent that holds a byte of a device; NULL: none. */
static const struct extent *extent_at(uint32_t device, uint64_t physical)
{
	for (uint32_t i = 0; i < extent_count; i++)
		if (extents[i].device == device && physical >= extents[i].physical &&
		    physical - extents[i].physical < extents[i].length)
			return &extents[i];
	return NULL;
}

/* Does a range of the device hold bytes of this range of the file, and no others? */
static int lies_within(const struct piece *part, const struct piece *request)
{
	uint64_t at = part->offset_bytes, end = at + part->length_bytes, file_at, length;
	const struct extent whole = { .length = UINT64_MAX }, *extent;

	for (; at < end; at += length) {
		extent = extent_count ? extent_at(part->device, at) : &whole;
		if (!extent)
			return 0;
		length = extent->length - (at - extent->physical);
		if (length > end - at)
			length = end - at;
		file_at = at - extent->physical + extent->logical;
		if (file_at < request->offset_bytes ||
		    file_at + length > request->offset_bytes + request->length_bytes)
			return 0;
	}
	return 1;
}

static void add(struct pieces *pieces, struct piece piece)
{
	if (pieces->count == pieces->room) {
		pieces->room = pieces->room ? 2 * pieces->room : 4096;
		pieces->items = realloc(pieces->items, pieces->room * sizeof(piece));
		if (!pieces->items)
			die("out of memory");
	}
	pieces->items[pieces->count++] = piece;
}

static int compare(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->queue != y->queue)
		return x->queue < y->queue ? -1 : 1;
	if (x->submit_ns != y->submit_ns)
		return x->submit_ns < y->submit_ns ? -1 : 1;
	return (x->is_command > y->is_command) - (x->is_command < y->is_command);
}

static void take_file(struct target *target, const struct ev_file *file)
{
	size_t length = strlen(target->path);

	if (file->h.size_bytes - sizeof(*file) != length ||
	    memcmp(file + 1, target->path, length) != 0)
		return;
	if (target->opened_count == OPENED_MAX)
		die("the device was opened too often");
	target->opened[target->opened_count++] = file->file;
}

/* Is it a read or write of the target that moved bytes? */
static int is_of(const struct target *target, const struct ev_request *request)
{
	uint32_t i = 0;

	if (request->end != EV_END_COMPLETED || request->result <= 0 || !request->length_bytes)
		return 0;
	while (!target->is_file && i < target->opened_count && target->opened[i] != request->file)
		i++;
	return target->is_file || i < target->opened_count;
}

/* Is a device one whose commands are judged? Leaves its number as extents have it. */
static int is_judged(const struct target *target, uint32_t device, uint32_t *ret_number)
{
	*ret_number = 0;
	if (target->device)
		return device == target->device;
	*ret_number = device;
	for (uint32_t i = 0; i < extent_count; i++)
		if (extents[i].device == device)
			return 1;
	return 0;
}

static void take_command(struct pieces *pieces, const struct ev_command *command, uint32_t device,
			 int *parts, struct figures *figures)
{
	figures->commands++;
	figures->named += command->request_queue != 0;
	figures->merged += command->parts > 1;
	if (command->parts > 1 && !*parts)
		figures->wrong++; /* it says it has parts, none came */
	if (command->request_queue && !*parts)
		add(pieces,
		    (struct piece){ command->request_submit_ns, command->offset_bytes,
				    command->length_bytes, command->request_queue, device, 1 });
	*parts = 0;
}

static void take(struct pieces *pieces, const struct ev_header *event, const struct target *target,
		 int *parts, struct figures *figures)
{
	const struct ev_command_part *part = (const void *)event;
	const struct ev_request *request = (const void *)event;
	const struct ev_command *command = (const void *)event;
	uint32_t device;

	if (event->kind == EV_COMMAND_PART && is_judged(target, part->device, &device)) {
		add(pieces, (struct piece){ part->request_submit_ns, part->offset_bytes,
					    part->length_bytes, part->request_queue, device, 1 });
		figures->parts++;
		(*parts)++;
	}
	if (event->kind == EV_COMMAND && is_judged(target, command->device, &device) &&
	    command->op != EV_COMMAND_PASSTHROUGH && command->end == EV_END_COMPLETED)
		take_command(pieces, command, device, parts, figures);
	if (event->kind == EV_REQUEST && is_of(target, request))
		add(pieces, (struct piece){ request->submit_ns, request->offset_bytes,
					    (uint64_t)request->result, request->queue, 0, 0 });
}

static int is_named(const struct ev_device *found, const char *name)
{
	size_t length = found->h.size_bytes - sizeof(*found);

	return length == strlen(name) && !memcmp(found + 1, name, length);
}

static void take_device(struct target *target, const struct ev_device *found)
{
	if (is_named(found, target->name) && (target->is_file || !extent_count))
		target->device = found->device;
	for (uint32_t i = 0; i < extent_count; i++)
		if (is_named(found, extents[i].name))
			extents[i].device = found->device;
}

/* Two commands of a device may end at the same moment on two CPUs, so parts are not counted by the
 * COMMAND that follows but by what it says. */
static void read_trace(const char *path, struct target *target, struct pieces *pieces,
		       struct figures *figures)
{
	const struct ev_header *event;
	struct ev_reader *reader;
	struct ev_error why;
	int parts = 0;

	if (ev_reader_open(&reader, path, &why) < 0)
		die(why.text);
	while (ev_reader_next(reader, &event, &why) > 0) {
		if (event->kind == EV_DEVICE)
			take_device(target, (const void *)event);
		if (event->kind == EV_FILE)
			take_file(target, (const void *)event);
		take(pieces, event, target, &parts, figures);
	}
	ev_reader_close(reader);
}

/* Holds what commands say of a request against it. */
static void judge(const struct piece *request, size_t count, struct figures *figures)
{
	uint64_t bytes = 0;

	figures->requests++;
	for (size_t i = 1; i < count; i++) {
		bytes += request[i].length_bytes;
		if (!lies_within(&request[i], request))
			figures->wrong++;
	}
	figures->linked += count > 1;
	figures->split += count > 2;
	figures->whole += bytes == request->length_bytes * copies;
}

int main(int argc, char **argv)
{
	struct figures figures = { 0 };
	struct pieces pieces = { 0 };
	struct target target = { 0 };
	size_t count;

	if (argc < 3 || argc > 5 || (argc == 5 && strcmp(argv[3], "--map") != 0))
		die("usage: trace_links TRACE DEVICE [FILE | --map MAP]");
	target.name = argv[2];
	snprintf(target.path, sizeof(target.path), "/dev/%s", target.name);
	target.is_file = argc == 4 && strncmp(argv[3], "/dev/", 5) != 0;
	if (target.is_file)
		read_extents(argv[3]);
	else if (argc == 4)
		snprintf(target.path, sizeof(target.path), "%s", argv[3]);
	else if (argc == 5)
		read_map(argv[4]);
	read_trace(argv[1], &target, &pieces, &figures);
	if (!target.device && argc != 5)
		die("the trace has no such device");
	qsort(pieces.items, pieces.count, sizeof(*pieces.items), compare);
	for (size_t i = 0; i < pieces.count; i += count) {
		for (count = 1; i + count < pieces.count && pieces.items[i + count].is_command &&
				pieces.items[i + count].queue == pieces.items[i].queue &&
				pieces.items[i + count].submit_ns == pieces.items[i].submit_ns;)
			count++;
		if (pieces.items[i].is_command)
			figures.wrong += count; /* of a request that there is not */
		else
			judge(&pieces.items[i], count, &figures);
	}
	free(pieces.items);
	printf("requests=%lu linked=%lu whole=%lu commands=%lu named=%lu parts=%lu merged=%lu "
	       "split=%lu wrong=%lu\n",
	       figures.requests, figures.linked, figures.whole, figures.commands, figures.named,
	       figures.parts, figures.merged, figures.split, figures.wrong);
	return 0;
}
