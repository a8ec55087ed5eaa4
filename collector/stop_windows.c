/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Ctrl-C, Ctrl-Break, and the console's close, log-off and shutdown. Windows calls the handler on a
 * thread of its own, and after a close ends the process as soon as it returns: so it waits there
 * until the recorder is done, as long as Windows lets it. A second Ctrl-C ends at once.
 */
#include "collector/stop.h"

#include <errno.h>
#include <stdatomic.h>

#include <windows.h>

static atomic_int asked;

static BOOL WINAPI on_console(DWORD event)
{
	int before = atomic_exchange(&asked, (int)event + 1);

	if (event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT)
		return !before;
	Sleep(INFINITE);
	return TRUE;
}

int stop_init(struct ev_error *why)
{
	if (SetConsoleCtrlHandler(on_console, TRUE))
		return 0;
	return ev_fail(why, -EIO, "Windows does not let Ctrl-C be watched (error %lu)",
		       GetLastError());
}

int stop_signal(void)
{
	return atomic_load(&asked);
}

int stop_fd(void)
{
	return -1;
}
