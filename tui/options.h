/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H
/* The command line of ringlens-top. */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"
#include "tui/filter.h"

enum { TUI_PASSED_MAX = 256, TUI_COLUMNS_DEFAULT = 80 };

enum tui_ask { TUI_ASK_RUN, TUI_ASK_HELP, TUI_ASK_VERSION };

struct tui_options {
	enum tui_ask ask;
	const char *input; /* -i; NULL: live */
	const char *cgroup;
	uint64_t interval_ns;
	int once;
	int ascii;    /* 1: asked for; the locale decides otherwise */
	int no_color; /* asked for, or NO_COLOR is set */
	int rows;     /* --screen: print one picture of this size; 0: use the terminal */
	int columns;
	const char *keys; /* played before that picture */
	struct tui_filter_options filter;
	/* The filters as they were typed: what the collector is started with, NULL at the end. */
	const char *passed[TUI_PASSED_MAX + 1];
	size_t passed_count;
};

/* 0, or -EINVAL and a sentence. */
int tui_options_parse(struct tui_options *options, int argc, char **argv, struct ev_error *why);
void tui_options_help(void);

#endif
