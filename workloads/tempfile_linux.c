/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Files to work on. Our own file keeps its name until the end, so that a tracer can show its path;
 * the price is that SIGKILL leaves it behind (set TMPDIR to choose where). It is filled before the
 * first request, and for direct I/O written out, so that reads find data on the device and not
 * holes or dirty pages.
 *
 * A workload that writes is a danger to a file somebody needs: one that exists and is not empty is
 * refused unless --overwrite was given. That holds for devices too.
 */
#include "workloads/tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workloads/workload.h"

enum { FILL_BYTES = 1 << 20 };

static int file_error(struct load_error *why, const char *what, const char *path)
{
	return load_fail(why, -errno, "cannot %s %s: %s", what, path, strerror(errno));
}

static int write_all(int fd, const char *data, uint64_t bytes)
{
	while (bytes) {
		ssize_t written = write(fd, data, bytes < FILL_BYTES ? bytes : FILL_BYTES);

		if (written < 0)
			return -errno;
		bytes -= (uint64_t)written;
	}
	return 0;
}

/* Fills with numbers, so that neither holes nor compression make the file smaller than it looks. */
static int fill(const struct load_file *file, bool write_out, struct load_error *why)
{
	char *data = malloc(FILL_BYTES);
	int err;

	if (!data)
		return load_fail(why, -ENOMEM, "no memory to fill %s", file->path);
	for (uint32_t i = 0; i < FILL_BYTES / 4; i++)
		((uint32_t *)(void *)data)[i] = i * 2654435761u;
	err = write_all((int)file->fd, data, file->size_bytes);
	free(data);
	if (!err && write_out && fsync((int)file->fd))
		err = -errno;
	if (err)
		return load_fail(why, err, "cannot fill %s: %s", file->path, strerror(-err));
	return 0;
}

/* Creates and fills a file, named by the user or a temporary one, leaving it open. */
static int create(struct load_file *file, const struct load_options *opt, struct load_error *why)
{
	const char *folder = getenv("TMPDIR");

	if (opt->file) {
		file->fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	} else {
		snprintf(file->path, sizeof(file->path), "%s/ringload.XXXXXX",
			 folder && *folder ? folder : "/tmp");
		file->fd = mkstemp(file->path);
	}
	if (file->fd < 0)
		return file_error(why, "create", file->path);
	file->ours = true;
	file->size_bytes = opt->file_size_bytes;
	return fill(file, opt->direct, why);
}

static int check_existing(struct load_file *file, const struct load_options *opt, bool writes,
			  struct load_error *why)
{
	off_t size = lseek((int)file->fd, 0, SEEK_END);
	bool given = load_options_given(opt, LOAD_OPTION_FILE_SIZE);
	struct stat about;

	if (size < 0 || fstat((int)file->fd, &about))
		return file_error(why, "find the size of", file->path);
	if (!S_ISREG(about.st_mode) && !S_ISBLK(about.st_mode))
		return load_fail(why, -EINVAL, "%s is neither a file nor a block device",
				 file->path);
	if (writes && size > 0 && !opt->overwrite)
		return load_fail(why, -EEXIST,
				 "%s holds data that %s would destroy; --overwrite allows it",
				 file->path, opt->workload->name);
	file->size_bytes = given || !size ? opt->file_size_bytes : (uint64_t)size;
	if (!writes && file->size_bytes > (uint64_t)size)
		return load_fail(why, -EINVAL, "%s has %lld bytes only, fewer than --file-size",
				 file->path, (long long)size);
	if (file->size_bytes < opt->size_bytes)
		return load_fail(why, -EINVAL, "%s is smaller than one request (--size)",
				 file->path);
	return 0;
}

/* The descriptor for the work: reopened, since O_DIRECT must not be set while filling. */
static int reopen(struct load_file *file, const struct load_options *opt, bool writes,
		  struct load_error *why)
{
	int flags = (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC | (opt->direct ? O_DIRECT : 0);

	if (file->fd >= 0)
		close((int)file->fd);
	file->fd = open(file->path, flags);
	if (file->fd >= 0)
		return 0;
	if (errno == EINVAL && opt->direct)
		return load_fail(why, -EOPNOTSUPP, "%s: its file system cannot do --direct",
				 file->path);
	return file_error(why, "open", file->path);
}

int load_file_open(struct load_file *file, const struct load_options *opt, bool writes,
		   struct load_error *why)
{
	int err;

	if (opt->file &&
	    snprintf(file->path, sizeof(file->path), "%s", opt->file) >= (int)sizeof(file->path))
		return load_fail(why, -ENAMETOOLONG, "--file: the path is too long");
	if (!opt->file || access(file->path, F_OK)) {
		err = create(file, opt, why);
		return err ? err : reopen(file, opt, writes, why);
	}
	err = reopen(file, opt, writes, why);
	return err ? err : check_existing(file, opt, writes, why);
}

void load_file_close(struct load_file *file)
{
	if (file->fd >= 0)
		close((int)file->fd);
	file->fd = -1;
	if (file->ours)
		unlink(file->path);
	file->ours = false;
}
