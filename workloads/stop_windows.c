/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The console's events as requests to stop. Windows calls the handler on a thread of its own, so
 * it only counts; every wait in this room looks at the count at least ten times a second.
 *
 * When the console is closed, the user logs off or the system shuts down, Windows ends the process
 * as soon as the handler returns, or after about five seconds: so the handler does not return, and
 * main() gets that time to print the truth and end.
 */
#include "workloads/stop.h"

#include <windows.h>

#include <stdatomic.h>

static atomic_int requests;

static BOOL WINAPI count_request(DWORD event)
{
	atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
	if (event != CTRL_C_EVENT && event != CTRL_BREAK_EVENT)
		Sleep(INFINITE);
	return TRUE;
}

void load_stop_listen(void)
{
	/* Ctrl-C may be switched off by whoever started us. */
	SetConsoleCtrlHandler(NULL, FALSE);
	SetConsoleCtrlHandler(count_request, TRUE);
}

bool load_stop_asked(void)
{
	return atomic_load_explicit(&requests, memory_order_relaxed) > 0;
}

bool load_stop_insisted(void)
{
	return atomic_load_explicit(&requests, memory_order_relaxed) > 1;
}

void load_stop_insist(void)
{
	atomic_fetch_add_explicit(&requests, 2, memory_order_relaxed);
}
