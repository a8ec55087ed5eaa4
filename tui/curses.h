/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_CURSES_H
#define TUI_CURSES_H
/*
 * The terminal. One per program; the only part that knows curses.
 */
#include "event/error.h"
#include "tui/canvas.h"
#include "tui/keys.h"

/* Takes the terminal over. Standard output must be one; keys come from /dev/tty when standard input
 * is none. 0, or negative and a sentence. */
int tui_curses_open(int no_color, struct ev_error *why);
/* Gives the terminal back as it was. Nothing when it is not open. */
void tui_curses_close(void);
/* The same in a signal handler, when nothing else is safe any more. */
void tui_curses_rescue(void);

void tui_curses_size(int *ret_rows, int *ret_columns);
/* The terminal has a new size: take note of it. */
void tui_curses_resize(void);
void tui_curses_show(const struct tui_canvas *canvas);
/* Where keys come from, to poll. */
int tui_curses_fd(void);
/* 1: a key; 0: none is waiting; negative: the terminal is gone. */
int tui_curses_input(struct tui_input *ret_input);
/* Gives the terminal back, stops this process as Ctrl-Z should, takes it over again after. */
void tui_curses_suspend(void);

#endif
