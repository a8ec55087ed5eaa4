/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * ringlens-top: the screen of ringlens. Events come from a collector it starts, or from a
 * recording; feed.c brings them into the model; the views draw it.
 */
#include <locale.h>
#include <stdio.h>

#include "tui/options.h"
#include "tui/run.h"

int main(int argc, char **argv)
{
	struct tui_options options;
	struct ev_error why = { 0 };

	setlocale(LC_CTYPE, ""); /* only which characters there are: numbers keep their point */
	if (tui_options_parse(&options, argc, argv, &why)) {
		fprintf(stderr, "ringlens-top: %s\n", why.text);
		return 2;
	}
	if (options.ask == TUI_ASK_HELP) {
		tui_options_help();
		return 0;
	}
	if (options.ask == TUI_ASK_VERSION) {
		printf("ringlens-top %s\n", RINGLENS_VERSION);
		return 0;
	}
	return tui_run(&options);
}
