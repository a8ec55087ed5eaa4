/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_FORMAT_H
#define TUI_FORMAT_H
/*
 * Numbers for a screen: the units of event/units.h and the two forms only a screen needs, as
 * values, so that several can stand in one call.
 */
#include <stdint.h>

#include "event/units.h"

struct tui_text {
	char text[EV_UNITS_TEXT_BYTES];
};

/* 12.3us; at most EV_UNITS_WIDTH columns, as the next two. */
struct tui_text tui_format_ns(uint64_t ns);
struct tui_text tui_format_count(uint64_t count);
struct tui_text tui_format_bytes(uint64_t bytes);
/* A share of a whole: 0%, <1%, 42%, >99%, 100%; "-" when the whole is 0. At most 4 columns. */
struct tui_text tui_format_share(uint64_t part, uint64_t whole);
/* A position in time: 00:12:31.5, to a tenth of a second, rounded down. */
struct tui_text tui_format_clock(uint64_t ns);

#endif
