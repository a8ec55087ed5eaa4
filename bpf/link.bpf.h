/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_LINK_BPF_H
#define BPF_LINK_BPF_H
/*
 * From a bio back to the io_uring request that caused it. Direct I/O leaves a way: the bio's end
 * function tells what its private field is, from there one comes to the kiocb, and the kiocb is the
 * first member of io_uring's request. A bio that was split off another one names that one.
 *
 *   ends with                way to the kiocb
 *   bio_chain_endio          private is the bio it was split off: go on from there
 *   iomap_dio_bio_end_io     private is a struct iomap_dio, its iocb
 *   iomap_dio_simple_end_io  the bio lies in a struct iomap_dio_simple, its iocb
 *   blkdev_bio_end_io        private is a struct blkdev_dio, its iocb
 *   blkdev_bio_end_io_async  the bio lies in a struct blkdev_dio, its iocb
 *   dio_bio_end_aio          private is a struct dio, its iocb
 *
 * A bio that dm or md made for another one leads to that one, as long as the driver keeps a note of
 * it for which it waits: live.roads (bpf/roads.c).
 *
 * The address found is a request of ours only if the table of open requests has it: it may as well
 * be the kiocb of aio. A request's I/O ends before the request does, so an address that is in the
 * table is not another request's. Where the kernel hides its addresses (kptr_restrict) the ends are
 * not known: then both ways are tried, and the look-up decides alone.
 *
 * Source: fs/iomap/direct-io.c, fs/direct-io.c, block/fops.c, block/bio.c, 5.10 to 7.3.
 */
#include "bpf/block.bpf.h"
#include "bpf/maps.bpf.h"
#include "bpf/request.bpf.h"
#include "bpf/submit.bpf.h"

/* The key of the request whose io_kiocb lies at an address. */
static __always_inline uint64_t link_key(uint64_t address)
{
	if (!address || !settings.abi.key_is_user_data)
		return address;
	return request_key(address, WORD(io_kiocb, address, ctx),
			   request_user_data(KERNEL(io_kiocb, address)));
}

static __always_inline int link_is_open(uint64_t key)
{
	struct request_place place;

	return key && request_find(key, &place);
}

/* Where the end functions are not known. */
static __noinline uint64_t link_guess(uint64_t bio, uint64_t owner)
{
	uint64_t key = link_key(owner ? WORD(iomap_dio, owner, iocb) : 0);

	if (link_is_open(key))
		return key;
	key = link_key(WORD(blkdev_dio, bio - bpf_core_field_offset(struct blkdev_dio, bio), iocb));
	return link_is_open(key) ? key : 0;
}

/* The bio that one was made for; 0: it was made for none, or nobody waits for it. */
__noinline uint64_t link_origin(uint64_t bio, uint64_t end, uint64_t owner)
{
	for (uint32_t i = 0; i < BIO_ROADS_MAX && i < live.roads.count; i++) {
		const struct bio_road *road = &live.roads.roads[i];
		uint64_t note = owner;

		if (*(volatile uint64_t *)&road->end != end)
			continue;
		if (road->note == NOTE_IS_ORIGIN)
			return owner;
		if (road->note == NOTE_AROUND)
			note = bio + (int64_t)road->distance;
		else if (road->note == NOTE_POINTED_AT)
			note = word_at(bio + (int64_t)road->distance);
		if (road->excluded && word_at(note + road->state) & road->excluded)
			return 0;
		return word_at(note + road->origin);
	}
	return 0;
}

/* The private field of a bio that dm made another for, which dm may have borrowed. */
static __always_inline uint64_t link_private_lent(uint64_t bio)
{
	uint64_t owner = WORD(bio, bio, bi_private);

	if (FIELD(bio, bio, bi_opf) & live.roads.borrowed_flag)
		return word_at(owner + live.roads.borrowed_at);
	return owner;
}

/* The key of the open request that a bio belongs to; 0: none that can be proved. */
__noinline uint64_t link_of_bio(uint64_t bio)
{
	uint64_t end = 0, owner = 0, kiocb = 0, origin;
	int of_dm = 0;

	for (int i = 0; i < BIO_STEPS_MAX; i++) {
		end = WORD(bio, bio, bi_end_io);
		if (!end)
			return 0;
		owner = of_dm ? link_private_lent(bio) : WORD(bio, bio, bi_private);
		origin = end == settings.ends.chain ? owner : link_origin(bio, end, owner);
		if (!origin)
			break;
		of_dm = end == live.roads.roads[ROAD_OF_DM].end;
		bio = origin;
	}
	if (!settings.ends_known)
		return link_guess(bio, owner);
	if (end == settings.ends.iomap)
		kiocb = WORD(iomap_dio, owner, iocb);
	else if (end == settings.ends.blkdev)
		kiocb = WORD(blkdev_dio, owner, iocb);
	else if (end == settings.ends.blkdev_async)
		kiocb = WORD(blkdev_dio, bio - bpf_core_field_offset(struct blkdev_dio, bio), iocb);
	else if (end == settings.ends.dio && settings.abi.dio_iocb != ABI_NO_FIELD)
		kiocb = word_at(owner + settings.abi.dio_iocb);
	else if (end == settings.ends.iomap_simple && settings.abi.iomap_simple_bio != ABI_NO_FIELD)
		kiocb = word_at(bio - settings.abi.iomap_simple_bio +
				settings.abi.iomap_simple_iocb);
	kiocb = link_key(kiocb);
	return link_is_open(kiocb) ? kiocb : 0;
}

static __always_inline void link_stage(struct open_request *request, uint32_t stage)
{
	request->path &= ~OPEN_STAGE_MASK;
	request->path |= EV_PATH_DEVICE | stage << OPEN_STAGE_SHIFT;
}

/* A bio of the request entered the block layer. */
static __always_inline void link_queued(uint64_t key)
{
	struct request_place place;
	struct open_detail *detail;

	if (!request_find(key, &place))
		return;
	detail = request_detail(&place);
	if (!detail || detail->stage_ns[EV_STAGE_BLOCK_QUEUED - 1])
		return;
	detail->stage_ns[EV_STAGE_BLOCK_QUEUED - 1] = bpf_ktime_get_ns();
	place.request->path &= ~OPEN_STAGE_MASK;
	place.request->path |= EV_STAGE_BLOCK_QUEUED << OPEN_STAGE_SHIFT;
}

/* A command of the request was handed to the driver. Returns when the request entered the block
 * layer; 0: it is not open. */
__noinline uint64_t link_issued(uint64_t key, uint64_t now)
{
	struct request_place place;
	struct open_detail *detail;
	uint64_t *stages;

	if (!request_find(key, &place))
		return 0;
	detail = request_detail(&place);
	if (!detail)
		return 0;
	stages = detail->stage_ns;
	__sync_fetch_and_add(&detail->commands, 1);
	if (!stages[EV_STAGE_BLOCK_QUEUED - 1])
		stages[EV_STAGE_BLOCK_QUEUED - 1] = now;
	if (!stages[EV_STAGE_DEVICE - 1])
		stages[EV_STAGE_DEVICE - 1] = now;
	stages[EV_STAGE_DEVICE_DONE - 1] = 0;
	link_stage(place.request, EV_STAGE_DEVICE);
	return stages[EV_STAGE_BLOCK_QUEUED - 1];
}

/* A command of the request is done, or was put back (`done` 0). */
__noinline int link_ended(uint64_t key, uint64_t now, int done)
{
	struct request_place place;
	struct open_detail *detail;

	if (!request_find(key, &place))
		return 0;
	detail = request_detail(&place);
	if (!detail)
		return 0;
	if (*(volatile uint32_t *)&detail->commands)
		__sync_fetch_and_add(&detail->commands, -1);
	if (*(volatile uint32_t *)&detail->commands)
		return 1; /* others are in flight */
	if (done)
		detail->stage_ns[EV_STAGE_DEVICE_DONE - 1] = now;
	link_stage(place.request, done ? EV_STAGE_DEVICE_DONE : EV_STAGE_BLOCK_QUEUED);
	return 1;
}

/* The key of the request that a passthrough command belongs to: the driver leaves its io_uring_cmd,
 * which is the io_kiocb, for the end. */
static __always_inline uint64_t link_of_passthrough(uint64_t request)
{
	uint64_t key = link_key(WORD(request, request, end_io_data));

	return link_is_open(key) ? key : 0;
}

#endif
