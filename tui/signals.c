/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Signals: each handler notes what came and writes a byte into a pipe that the loop polls. Nothing
 * else happens in a handler, but for two cases in which there is no loop to rely on: a crash, and
 * an ending signal that comes again because the loop hangs (a terminal that accepts no output, for
 * one). Then the terminal is rescued and the signal takes its course.
 */
#include "tui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/curses.h"

enum { STACK_BYTES = 65536 };

static volatile sig_atomic_t ended_by;
static volatile sig_atomic_t resize_came;
static volatile sig_atomic_t suspend_came;
static int wake[2] = { -1, -1 };
static char crash_stack[STACK_BYTES]; /* a crash may be a stack that has run out */

static void die_of(int number)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t set;

	sigaction(number, &plain, NULL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
}

static void on_crash(int number)
{
	tui_curses_rescue();
	die_of(number);
}

static void on_signal(int number)
{
	int saved = errno;

	if (number == SIGWINCH) {
		resize_came = 1;
	} else if (number == SIGTSTP) {
		suspend_came = 1;
	} else if (ended_by) {
		tui_curses_rescue();
		die_of(number);
	} else {
		ended_by = number;
	}
	(void)!write(wake[1], "", 1);
	errno = saved;
}

static int install(const int *numbers, size_t count, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < count; i++)
		if (sigaction(numbers[i], &action, NULL))
			return -errno;
	return 0;
}

int tui_signals_open(struct ev_error *why)
{
	static const int noted[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGWINCH };
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	static const int ignored[] = { SIGPIPE };
	stack_t stack = { .ss_sp = crash_stack, .ss_size = sizeof(crash_stack) };
	int err = 0;

	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) || sigaltstack(&stack, NULL))
		err = -errno;
	if (!err)
		err = install(noted, sizeof(noted) / sizeof(noted[0]), on_signal, SA_RESTART);
	if (!err)
		err = install(crashes, sizeof(crashes) / sizeof(crashes[0]), on_crash,
			      (int)(SA_ONSTACK | SA_RESETHAND));
	if (!err)
		err = install(ignored, 1, SIG_IGN, 0);
	return err ? ev_fail(why, err, "signals cannot be set up: %s", strerror(-err)) : 0;
}

int tui_signals_fd(void)
{
	return wake[0];
}

int tui_signals_take(void)
{
	char drained[64];
	int bits = 0;

	while (read(wake[0], drained, sizeof(drained)) > 0)
		;
	if (resize_came)
		bits |= TUI_SIGNAL_RESIZE;
	if (suspend_came)
		bits |= TUI_SIGNAL_SUSPEND;
	if (ended_by)
		bits |= TUI_SIGNAL_END;
	resize_came = 0;
	suspend_came = 0;
	return bits;
}

void tui_signals_pass_on(void)
{
	if (ended_by && ended_by != SIGINT)
		die_of(ended_by);
}
