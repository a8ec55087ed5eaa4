/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A file that is as slow, as stuck and as broken as a test wants: behind a loop device it is a disk
 * whose every command's time and status are known beforehand.
 *
 *     slow_file DIRECTORY BYTES DELAY_MS HELD_AT BROKEN_AT
 *
 * Serves DIRECTORY/disk, BYTES of zeroes. A read takes DELAY_MS; one that begins at HELD_AT prints
 * `held` and waits until this process gets SIGUSR1, then prints `let go`; one that begins at
 * BROKEN_AT fails with EIO. Nothing can be written. Reads do not wait for each other, up to ten at
 * once.
 *
 * It stays in the foreground. Whoever kills it ends the connection: what still waits fails, so
 * that no loop device is left hanging on it; the mount is the caller's to take away.
 */
#define FUSE_USE_VERSION 35
#include <errno.h>
#include <fuse.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static off_t size_bytes, held_at, broken_at;
static struct timespec delay;
static sem_t let_go;

static int file_getattr(const char *path, struct stat *status, struct fuse_file_info *file)
{
	(void)file;
	if (!strcmp(path, "/")) {
		*status = (struct stat){ .st_mode = S_IFDIR | 0755, .st_nlink = 2 };
		return 0;
	}
	if (strcmp(path, "/disk") != 0)
		return -ENOENT;
	*status = (struct stat){ .st_mode = S_IFREG | 0444, .st_nlink = 1, .st_size = size_bytes };
	return 0;
}

static void hold(void)
{
	puts("held");
	while (sem_wait(&let_go) && errno == EINTR)
		;
	puts("let go");
}

static int file_read(const char *path, char *bytes, size_t length, off_t offset,
		     struct fuse_file_info *file)
{
	(void)path;
	(void)file;
	clock_nanosleep(CLOCK_MONOTONIC, 0, &delay, NULL);
	if (offset == held_at)
		hold();
	if (offset == broken_at)
		return -EIO;
	if (offset >= size_bytes)
		return 0;
	if ((off_t)length > size_bytes - offset)
		length = (size_t)(size_bytes - offset);
	memset(bytes, 0, length);
	return (int)length;
}

static void on_signal(int number)
{
	(void)number;
	sem_post(&let_go);
}

static const struct fuse_operations operations = { .getattr = file_getattr, .read = file_read };

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	char *arguments[] = { argv[0], "-f", "-omax_threads=10", argc == 6 ? argv[1] : NULL, NULL };
	long delay_ms;

	if (argc != 6) {
		fprintf(stderr, "usage: slow_file DIRECTORY BYTES DELAY_MS HELD_AT BROKEN_AT\n");
		return 2;
	}
	size_bytes = atoll(argv[2]);
	delay_ms = atol(argv[3]);
	delay = (struct timespec){ delay_ms / 1000, delay_ms % 1000 * 1000000 };
	held_at = atoll(argv[4]);
	broken_at = atoll(argv[5]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (sem_init(&let_go, 0, 0) || sigaction(SIGUSR1, &action, NULL)) {
		perror("slow_file");
		return 1;
	}
	return fuse_main(4, arguments, &operations, NULL);
}
