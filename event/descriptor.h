/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_DESCRIPTOR_H
#define EVENT_DESCRIPTOR_H
/*
 * The few calls on descriptors that differ between systems; the build picks descriptor_posix.c or
 * descriptor_windows.c. All return a count or negative errno and try again when interrupted.
 */
#include <stddef.h>
#include <stdint.h>

/* Opens for reading, bytes untouched; names are UTF-8 on every system. "-" is standard input, not a
 * copy of it. */
int ev_descriptor_open(const char *path);
void ev_descriptor_close(int fd);
/* 1: a directory, 0: something to read. */
int ev_descriptor_is_directory(int fd);
/* 1: a file of which nothing was ever written. */
int ev_descriptor_is_empty_file(int fd);
/* 1: two paths lead to one file. Nothing is opened for reading, so a pipe is left alone. */
int ev_descriptor_is_one_file(const char *path, const char *other);
/* A file, which is the same when it is opened again; not a pipe or a device. */
int ev_descriptor_can_be_read_again(const char *path);
/* What comes next, without taking it; waits until there is something. Fails where nothing can be
 * looked at without being taken. */
int64_t ev_descriptor_peek(int fd, void *data, size_t bytes);
int64_t ev_descriptor_read(int fd, void *data, size_t bytes);
int64_t ev_descriptor_write(int fd, const void *data, size_t bytes);
/* Moves to an offset from the start; -ESPIPE when it cannot. */
int64_t ev_descriptor_seek(int fd, uint64_t offset_bytes);
/* Where it stands; -ESPIPE when it has no position. */
int64_t ev_descriptor_position(int fd);

#endif
