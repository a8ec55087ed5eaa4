/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Roads of files as things with names: open, close, look at, rename, link, remove, label, size, and
 * bring to the disk. Each turn leaves the folder as it found it; what a road must undo and is not
 * its own subject is undone by a plain system call.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/road.h"

enum { SLOTS = 4 };

static int take_openat(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_openat(sqe, AT_FDCWD, trip->paths[0], O_RDONLY | O_CLOEXEC, 0);
	err = road_do(trip, sqe, ROAD_ANY);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_close(sqe, trip->results[0]);
	return road_do(trip, sqe, 0);
}

/* Two names in turn, each file new: the kernel soon gives one the memory of another. */
static int take_new_file(struct road_trip *trip)
{
	const char *path = trip->paths[trip->turns % 2];
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err, fd;

	io_uring_prep_openat(sqe, AT_FDCWD, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	err = road_do(trip, sqe, ROAD_ANY);
	if (err)
		return err;
	fd = trip->results[0];
	sqe = road_sqe(trip);
	io_uring_prep_write(sqe, fd, trip->memory, 512, 0);
	err = road_do(trip, sqe, 512);
	sqe = road_sqe(trip);
	io_uring_prep_close(sqe, fd);
	if (!err)
		err = road_do(trip, sqe, 0);
	unlink(path);
	return err;
}

static int take_open_nothing(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_openat(sqe, AT_FDCWD, trip->paths[1], O_RDONLY | O_CLOEXEC, 0);
	return road_do(trip, sqe, -ENOENT);
}

static int take_openat2(struct road_trip *trip)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_NO_SYMLINKS };
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_openat2(sqe, AT_FDCWD, trip->paths[0], &how);
	err = road_do(trip, sqe, ROAD_ANY);
	if (!err)
		close(trip->results[0]);
	return err;
}

static int slots_and_file(struct road_trip *trip)
{
	int none[SLOTS] = { -1, -1, -1, -1 };
	int err = road_file(trip);

	return err ? err : load_ring_register_files(&trip->ring, none, SLOTS, trip->why);
}

/* Opens into slot 1, reads from there, closes the slot: no descriptor ever exists. */
static int take_open_direct(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_openat_direct(sqe, AT_FDCWD, trip->paths[0], O_RDONLY, 0, 1);
	err = road_do(trip, sqe, 0);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_read(sqe, 1, trip->memory, 512, 0);
	sqe->flags = IOSQE_FIXED_FILE;
	err = road_do(trip, sqe, 512);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_close_direct(sqe, 1);
	return road_do(trip, sqe, 0);
}

/* The same without naming the slot. */
static int take_open_alloc(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_openat(sqe, AT_FDCWD, trip->paths[0], O_RDONLY, 0);
	sqe->file_index = IORING_FILE_INDEX_ALLOC;
	err = road_do(trip, sqe, ROAD_ANY);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_close_direct(sqe, (unsigned)trip->results[0]);
	return road_do(trip, sqe, 0);
}

static int take_files_update(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int none = -1;
	int err;

	io_uring_prep_files_update(sqe, &trip->fds[0], 1, 2);
	err = road_do(trip, sqe, 1);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_files_update(sqe, &none, 1, 2);
	return road_do(trip, sqe, 1);
}

static int take_install(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_files_update(sqe, &trip->fds[0], 1, 2);
	err = road_do(trip, sqe, 1);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_rw(KERNEL_OP_FIXED_FD_INSTALL, sqe, 2, NULL, 0, 0);
	sqe->flags = IOSQE_FIXED_FILE;
	err = road_do(trip, sqe, ROAD_ANY);
	if (!err)
		close(trip->results[0]);
	return err;
}

static int take_statx(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_statx(sqe, AT_FDCWD, trip->paths[0], 0, STATX_SIZE, (void *)trip->memory);
	return road_do(trip, sqe, 0);
}

static int take_rename(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	bool back = trip->turns % 2;

	io_uring_prep_renameat(sqe, AT_FDCWD, trip->paths[back], AT_FDCWD, trip->paths[!back], 0);
	return road_do(trip, sqe, 0);
}

static int take_unlink(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	if (link(trip->paths[0], trip->paths[1]))
		return road_failed(trip, "link");
	io_uring_prep_unlinkat(sqe, AT_FDCWD, trip->paths[1], 0);
	return road_do(trip, sqe, 0);
}

static int take_mkdir(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_mkdirat(sqe, AT_FDCWD, trip->paths[1], 0700);
	err = road_do(trip, sqe, 0);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_unlinkat(sqe, AT_FDCWD, trip->paths[1], AT_REMOVEDIR);
	return road_do(trip, sqe, 0);
}

static int take_symlink(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_symlinkat(sqe, trip->paths[0], AT_FDCWD, trip->paths[1]);
	err = road_do(trip, sqe, 0);
	unlink(trip->paths[1]);
	return err;
}

static int take_link(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_linkat(sqe, AT_FDCWD, trip->paths[0], AT_FDCWD, trip->paths[1], 0);
	err = road_do(trip, sqe, 0);
	unlink(trip->paths[1]);
	return err;
}

static int take_xattr(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_setxattr(sqe, "user.ringload", "23", trip->paths[0], 0, 2);
	err = road_do(trip, sqe, 0);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_getxattr(sqe, "user.ringload", (char *)trip->memory, trip->paths[0], 64);
	return road_do(trip, sqe, 2);
}

static int take_fxattr(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);
	int err;

	io_uring_prep_fsetxattr(sqe, trip->fds[0], "user.ringload", "211", 0, 3);
	err = road_do(trip, sqe, 0);
	if (err)
		return err;
	sqe = road_sqe(trip);
	io_uring_prep_fgetxattr(sqe, trip->fds[0], "user.ringload", (char *)trip->memory, 64);
	return road_do(trip, sqe, 3);
}

static int take_ftruncate(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_rw(KERNEL_OP_FTRUNCATE, sqe, trip->fds[0], NULL, 0, 4096);
	return road_do(trip, sqe, 0);
}

static int take_fallocate(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_fallocate(sqe, trip->fds[0], FALLOC_FL_KEEP_SIZE, 0, 4096);
	return road_do(trip, sqe, 0);
}

static int take_fadvise(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_fadvise(sqe, trip->fds[0], 0, 4096, POSIX_FADV_RANDOM);
	return road_do(trip, sqe, 0);
}

static int take_madvise(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_madvise(sqe, trip->memory, 4096, MADV_WILLNEED);
	return road_do(trip, sqe, 0);
}

static int take_fsync(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_fsync(sqe, trip->fds[0], 0);
	return road_do(trip, sqe, 0);
}

static int take_fdatasync(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_fsync(sqe, trip->fds[0], IORING_FSYNC_DATASYNC);
	return road_do(trip, sqe, 0);
}

static int take_sync_range(struct road_trip *trip)
{
	struct io_uring_sqe *sqe = road_sqe(trip);

	io_uring_prep_sync_file_range(sqe, trip->fds[0], 4096, 0, SYNC_FILE_RANGE_WRITE);
	return road_do(trip, sqe, 0);
}

const struct road roads_files[] = {
	{ .name = "openat",
	  .what = "open and close a file",
	  .since = "5.6",
	  .op = IORING_OP_OPENAT,
	  .start = road_file,
	  .turn = take_openat },
	{ .name = "new-file",
	  .what = "write to new files",
	  .since = "5.6",
	  .op = IORING_OP_OPENAT,
	  .turn = take_new_file },
	{ .name = "open-nothing",
	  .what = "open a file that does not exist",
	  .since = "5.6",
	  .op = IORING_OP_OPENAT,
	  .turn = take_open_nothing },
	{ .name = "openat2",
	  .what = "open a file by openat2",
	  .since = "5.6",
	  .op = IORING_OP_OPENAT2,
	  .start = road_file,
	  .turn = take_openat2 },
	{ .name = "open-direct",
	  .what = "open into a slot, read and close it",
	  .since = "5.15",
	  .start = slots_and_file,
	  .turn = take_open_direct },
	{ .name = "open-alloc",
	  .what = "open into any slot",
	  .since = "5.19",
	  .op = IORING_OP_SOCKET, /* of the same release; older ones take the slot for a number */
	  .start = slots_and_file,
	  .turn = take_open_alloc },
	{ .name = "files-update",
	  .what = "put a file into a slot",
	  .since = "5.6",
	  .op = IORING_OP_FILES_UPDATE,
	  .start = slots_and_file,
	  .turn = take_files_update },
	{ .name = "fd-install",
	  .what = "make a descriptor of a slot",
	  .since = "6.8",
	  .op = KERNEL_OP_FIXED_FD_INSTALL,
	  .start = slots_and_file,
	  .turn = take_install },
	{ .name = "statx",
	  .what = "look at a file",
	  .since = "5.6",
	  .op = IORING_OP_STATX,
	  .start = road_file,
	  .turn = take_statx },
	{ .name = "rename",
	  .what = "rename a file",
	  .since = "5.11",
	  .op = IORING_OP_RENAMEAT,
	  .start = road_file,
	  .turn = take_rename },
	{ .name = "unlink",
	  .what = "remove a file",
	  .since = "5.11",
	  .op = IORING_OP_UNLINKAT,
	  .start = road_file,
	  .turn = take_unlink },
	{ .name = "mkdir",
	  .what = "create and remove a directory",
	  .since = "5.15",
	  .op = IORING_OP_MKDIRAT,
	  .turn = take_mkdir },
	{ .name = "symlink",
	  .what = "create a symbolic link",
	  .since = "5.15",
	  .op = IORING_OP_SYMLINKAT,
	  .start = road_file,
	  .turn = take_symlink },
	{ .name = "link",
	  .what = "create a hard link",
	  .since = "5.15",
	  .op = IORING_OP_LINKAT,
	  .start = road_file,
	  .turn = take_link },
	{ .name = "xattr",
	  .what = "set and get an attribute by path",
	  .since = "5.19",
	  .op = IORING_OP_SETXATTR,
	  .start = road_file,
	  .turn = take_xattr },
	{ .name = "fxattr",
	  .what = "set and get an attribute of an open file",
	  .since = "5.19",
	  .op = IORING_OP_FSETXATTR,
	  .start = road_file,
	  .turn = take_fxattr },
	{ .name = "ftruncate",
	  .what = "truncate a file",
	  .since = "6.9",
	  .op = KERNEL_OP_FTRUNCATE,
	  .start = road_file,
	  .turn = take_ftruncate },
	{ .name = "fallocate",
	  .what = "allocate room for a file",
	  .since = "5.6",
	  .op = IORING_OP_FALLOCATE,
	  .start = road_file,
	  .turn = take_fallocate },
	{ .name = "fadvise",
	  .what = "advise on a file",
	  .since = "5.6",
	  .op = IORING_OP_FADVISE,
	  .start = road_file,
	  .turn = take_fadvise },
	{ .name = "madvise",
	  .what = "advise on memory",
	  .since = "5.6",
	  .op = IORING_OP_MADVISE,
	  .turn = take_madvise },
	{ .name = "fsync",
	  .what = "bring a file to the disk",
	  .since = "5.1",
	  .op = IORING_OP_FSYNC,
	  .start = road_file,
	  .turn = take_fsync },
	{ .name = "fdatasync",
	  .what = "bring the data of a file to the disk",
	  .since = "5.1",
	  .op = IORING_OP_FSYNC,
	  .start = road_file,
	  .turn = take_fdatasync },
	{ .name = "sync-range",
	  .what = "bring a part of a file to the disk",
	  .since = "5.2",
	  .op = IORING_OP_SYNC_FILE_RANGE,
	  .start = road_file,
	  .turn = take_sync_range },
	{ .name = NULL },
};
