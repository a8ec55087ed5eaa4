/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H
/*
 * Signals as something to poll. Those that would end the program wake the loop, which ends in
 * order; crashes, and the second such signal when the loop does not answer, give the terminal back
 * at once.
 */
#include "event/error.h"

enum tui_signal_bits {
	TUI_SIGNAL_RESIZE = 1 << 0,
	TUI_SIGNAL_SUSPEND = 1 << 1,
	TUI_SIGNAL_END = 1 << 2,
};

int tui_signals_open(struct ev_error *why);
/* Readable when a signal has come. */
int tui_signals_fd(void);
/* What has come since the last call: enum tui_signal_bits. */
int tui_signals_take(void);
/* After the terminal was given back: dies of the signal that ended the loop, if one did that a
 * parent should see. (Ctrl-C is how people quit and is not one.) */
void tui_signals_pass_on(void);

#endif
