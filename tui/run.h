/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_RUN_H
#define TUI_RUN_H
/* The three ways to run: on the terminal, once as text, and as a picture for tests. */
#include "tui/options.h"

/* Returns the exit status. */
int tui_run(const struct tui_options *options);

#endif
