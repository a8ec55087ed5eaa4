/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The drivers through which a command can be followed to the request it is for, although they stand
 * on other devices and have no queues of their own: device mapper and md. They send bios of their
 * own, and each keeps a note of the bio it got, for which it waits: where that note is, and which
 * function ends its bios, is looked up here for the probes (struct bio_road, bpf/link.bpf.h).
 *
 *   driver                    its bio                       the note, and the other bio in it
 *   dm                        lies in a dm_target_io        dm_target_io.io, a dm_io: orig_bio
 *   dm-crypt                  private is the note           dm_crypt_io: base_bio, a bio of dm's
 *   md that counts its I/O    lies in the note              md_io_clone (md_io_acct to 6.3): orig_bio
 *   raid1, raid10             private is the note           r1bio, r10bio: master_bio
 *   raid5's whole reads       lies in the note to 6.3       md_io_acct: orig_bio
 *                             private is the other bio      since
 *
 * Targets of dm that only pass the bio on (linear, striped, delay, thin …) are dm alone; raid0 and
 * md's linear split with bio_chain() and are md alone. Not followed: targets that put a function of
 * their own in the place of dm's (verity, integrity, snapshots, caches at times), raid5's stripes,
 * whose bios are for several, and raid1's writes behind, which may outlive the request.
 *
 * The drivers are modules, mostly: their types are in BTF of their own (5.11 and later), and they may
 * come while we look.
 *
 * Source: drivers/md/dm.c, dm-crypt.c, md.c, raid1.c, raid10.c, raid5.c of 6.1, 6.12 and 7.3.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bpf/abi_btf.h"
#include "bpf/tracer_private.h"

/* By the names of functions, types and fields. What is not named is none. */
struct way {
	const char *module, *end;
	enum bio_note where;
	const char *note, *origin; /* the type, and its field */
	const char *around, *bio,
		*points;	       /* what the bio lies in, its field, and the note's address */
	const char *states, *excluded; /* values of the note's field `state` */
	const char *unless;	       /* a type: kernels that have it go another way */
};

/* clang-format off */
static const struct way ways[] = {
	[ROAD_OF_DM] = { "dm_mod", "clone_endio", NOTE_POINTED_AT, "dm_io", "orig_bio",
			 .around = "dm_target_io", .bio = "clone", .points = "io" },
	{ "dm_crypt", "crypt_endio", NOTE_IN_PRIVATE, "dm_crypt_io", "base_bio" },
	{ "md_mod", "md_end_clone_io", NOTE_AROUND, "md_io_clone", "orig_bio", .bio = "bio_clone" },
	{ "md_mod", "md_end_io_acct", NOTE_AROUND, "md_io_acct", "orig_bio", .bio = "bio_clone" },
	{ "raid1", "raid1_end_read_request", NOTE_IN_PRIVATE, "r1bio", "master_bio" },
	{ "raid1", "raid1_end_write_request", NOTE_IN_PRIVATE, "r1bio", "master_bio",
	  .states = "r1bio_state", .excluded = "R1BIO_BehindIO" },
	{ "raid10", "raid10_end_read_request", NOTE_IN_PRIVATE, "r10bio", "master_bio" },
	{ "raid10", "raid10_end_write_request", NOTE_IN_PRIVATE, "r10bio", "master_bio" },
	{ "raid456", "raid5_align_endio", NOTE_AROUND, "md_io_acct", "orig_bio", .bio = "bio_clone" },
	{ "raid456", "raid5_align_endio", NOTE_IS_ORIGIN, .unless = "md_io_acct" },
};
/* clang-format on */
#define WAYS (sizeof(ways) / sizeof(*ways))
_Static_assert(WAYS <= BIO_ROADS_MAX, "there is room for all");

/* ---- addresses ---- */

/* Takes a line of /proc/kallsyms: an address, a letter, a name, and the module in brackets, or none
 * for what is built in. Of two functions of a name nobody knows which it is. */
static void take_symbol(const char *line, uint64_t addresses[static WAYS])
{
	char name[128], module[64] = "";
	unsigned long long address;

	if (sscanf(line, "%llx %*c %127s [%63[^]]", &address, name, module) < 2 || !address)
		return;
	for (size_t i = 0; i < WAYS; i++) {
		if (strcmp(name, ways[i].end) != 0 ||
		    (module[0] && strcmp(module, ways[i].module) != 0))
			continue;
		addresses[i] = addresses[i] ? UINT64_MAX : address;
	}
}

static void find_addresses(uint64_t addresses[static WAYS])
{
	FILE *file = fopen("/proc/kallsyms", "r");
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		if (strstr(line, "_end")) /* all of their names have it */
			take_symbol(line, addresses);
	if (file)
		fclose(file);
	for (size_t i = 0; i < WAYS; i++)
		if (addresses[i] == UINT64_MAX)
			addresses[i] = 0;
}

/* ---- types ---- */

static int find_note(const struct abi_btf *btf, const struct way *way, struct bio_road *road)
{
	const char *around = way->around ? way->around : way->note;
	uint16_t bio, points;

	road->note = way->where;
	if (way->where == NOTE_IS_ORIGIN)
		return abi_field_offset(btf, way->unless, "orig_bio") == ABI_NO_FIELD ? 0 : -ENOENT;
	road->origin = abi_field_offset(btf, way->note, way->origin);
	if (road->origin == ABI_NO_FIELD || way->where == NOTE_IN_PRIVATE)
		return road->origin == ABI_NO_FIELD ? -ENOENT : 0;
	bio = abi_field_offset(btf, around, way->bio);
	points = way->points ? abi_field_offset(btf, around, way->points) : 0;
	road->distance = (int32_t)points - (int32_t)bio;
	return bio == ABI_NO_FIELD || points == ABI_NO_FIELD ? -ENOENT : 0;
}

static int find_excluded(const struct abi_btf *btf, const struct way *way, struct bio_road *road)
{
	int bit;

	if (!way->states)
		return 0;
	bit = abi_enum_value(btf, way->states, way->excluded);
	road->state = abi_field_offset(btf, way->note, "state");
	road->excluded = bit < 0 ? 0 : 1ull << bit;
	return bit < 0 || bit > 63 || road->state == ABI_NO_FIELD ? -ENOENT : 0;
}

/* Where dm, for a bio that is polled for, puts what the bio's private field was. */
static void find_borrowed(const struct abi_btf *btf, struct bio_roads *roads)
{
	uint16_t at = abi_field_offset(btf, "dm_io", "data");
	int bit = abi_enum_value(btf, "req_flag_bits", "__REQ_DRV");

	if (at == ABI_NO_FIELD || bit < 0 || bit > 31)
		return;
	roads->borrowed_flag = 1u << bit;
	roads->borrowed_at = at;
}

static void find_road(const struct abi_btf *btf, size_t i, uint64_t end, struct bio_roads *roads)
{
	struct abi_btf module;
	int own = !abi_open_module(btf, ways[i].module, &module);
	const struct abi_btf *from = own ? &module : btf;
	struct bio_road road = { 0 };

	if (!find_note(from, &ways[i], &road) && !find_excluded(from, &ways[i], &road)) {
		road.end = end;
		roads->roads[i] = road;
		if (i == ROAD_OF_DM)
			find_borrowed(from, roads);
	}
	if (own)
		abi_close(&module);
}

int roads_find(struct bio_roads *ret_roads)
{
	uint64_t addresses[WAYS] = { 0 };
	struct ev_error why;
	struct abi_btf btf;
	int err = abi_open(&btf, &why);

	memset(ret_roads, 0, sizeof(*ret_roads));
	if (err)
		return err;
	find_addresses(addresses);
	for (size_t i = 0; i < WAYS; i++) {
		if (addresses[i])
			find_road(&btf, i, addresses[i], ret_roads);
		if (ret_roads->roads[i].end)
			ret_roads->count = (uint32_t)(i + 1);
	}
	abi_close(&btf);
	return 0;
}

/* ---- drivers that come and go ---- */

/* Changes whenever one of the modules comes or goes: sysfs gives no inode twice. */
static uint64_t modules_mark(void)
{
	struct stat status;
	uint64_t mark = 0;
	char path[64];

	for (size_t i = 0; i < WAYS; i++) {
		snprintf(path, sizeof(path), "/sys/module/%s", ways[i].module);
		mark = mark * 31 + (stat(path, &status) ? 0 : status.st_ino);
	}
	return mark;
}

/* A road is closed before it is changed, and open when all of it is written. */
static void publish(struct bio_roads *live, const struct bio_roads *found)
{
	for (size_t i = 0; i < BIO_ROADS_MAX; i++)
		__atomic_store_n(&live->roads[i].end, 0, __ATOMIC_SEQ_CST);
	live->borrowed_at = found->borrowed_at;
	live->borrowed_flag = found->borrowed_flag;
	for (size_t i = 0; i < BIO_ROADS_MAX; i++) {
		live->roads[i].excluded = found->roads[i].excluded;
		live->roads[i].note = found->roads[i].note;
		live->roads[i].distance = found->roads[i].distance;
		live->roads[i].origin = found->roads[i].origin;
		live->roads[i].state = found->roads[i].state;
		__atomic_store_n(&live->roads[i].end, found->roads[i].end, __ATOMIC_SEQ_CST);
	}
	live->count = found->count;
}

void roads_look(struct tracer *tracer)
{
	struct bio_roads found;
	uint64_t mark;

	if (tracer->options.no_devices)
		return;
	mark = modules_mark();
	if (tracer->roads_known && mark == tracer->road_modules)
		return;
	if (roads_find(&found))
		return;
	publish(&tracer->live->roads, &found);
	tracer->road_modules = mark;
	tracer->roads_known = 1;
}

/* ---- what can be followed ---- */

int roads_text(char *text, size_t text_bytes, const struct bio_roads *roads)
{
	int missing = 0;
	struct stat status;
	size_t used = 0;
	char path[64];

	text[0] = '\0';
	for (size_t i = 0; i < WAYS; i++) {
		int first = !i || strcmp(ways[i].module, ways[i - 1].module) != 0;
		int followed = 0;

		for (size_t j = i; first && j < WAYS && !strcmp(ways[j].module, ways[i].module);
		     j++)
			followed |= roads->roads[j].end != 0;
		if (!first || used >= text_bytes)
			continue;
		snprintf(path, sizeof(path), "/sys/module/%s", ways[i].module);
		missing |= !followed && !stat(path, &status);
		if (followed)
			used += (size_t)snprintf(text + used, text_bytes - used, "%s%s",
						 used ? ", " : "", ways[i].module);
	}
	return missing;
}
