/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_UNITS_H
#define EVENT_UNITS_H
/*
 * Times, sizes and counts as people read and type them. Printed values have three significant
 * digits and at most EV_UNITS_WIDTH columns, so that a table can be laid out before its numbers
 * are known; who needs every digit prints the number itself.
 */
#include <stdint.h>

enum {
	EV_UNITS_WIDTH = 6,	  /* columns of the widest value: "12.3ms", "1023Ki" */
	EV_UNITS_TEXT_BYTES = 32, /* room for any value and its NUL */
};

/* "0", "812ns", "1.24us", "12.4ms", "1.24s", "2m03s", "5h07m", "12d". Returns `text`. */
const char *ev_units_time(char text[EV_UNITS_TEXT_BYTES], uint64_t ns);
/* "0", "512", "4.00Ki", "1.50Mi", …: bytes in powers of 1024. */
const char *ev_units_size(char text[EV_UNITS_TEXT_BYTES], uint64_t bytes);
/* "0", "99999", "123k", "1.23M", …: exact below 100 000, powers of 1000 above. */
const char *ev_units_count(char text[EV_UNITS_TEXT_BYTES], uint64_t count);

/* "250us", "1.5ms", "10s", "2m", "1h"; a bare number is refused unless it is 0. -EINVAL otherwise,
 * -ERANGE when it does not fit. *ret_ns is untouched on failure. */
int ev_units_parse_time(const char *text, uint64_t *ret_ns);
/* "4096", "64K", "64KiB", "1.5M", "2G": powers of 1024. */
int ev_units_parse_size(const char *text, uint64_t *ret_bytes);
/* A whole number, decimal or 0x…, of at most `max`; *ret_rest is what stands behind it. -EINVAL
 * otherwise, and nothing is changed. */
int ev_units_parse_number(const char *text, uint64_t max, uint64_t *ret_number,
			  const char **ret_rest);

#endif
