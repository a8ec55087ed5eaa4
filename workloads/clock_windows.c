/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * QueryPerformanceCounter: the clock that ETW stamps its events with, so an application time and a
 * trace's can be laid side by side. Sleep() ends with a timer tick, every 16 ms unless a program
 * asks for one every millisecond, as this one does when it first sleeps; whoever paces counts from
 * the start and catches up.
 */
#include "workloads/clock.h"

#include <windows.h>

#include <timeapi.h>

#include "workloads/stop.h"

enum { SLICE_MS = 50, TICK_MS = 1 };

uint64_t load_clock_ns(void)
{
	static uint64_t frequency;
	LARGE_INTEGER now;

	if (!frequency) {
		QueryPerformanceFrequency(&now);
		frequency = (uint64_t)now.QuadPart;
	}
	QueryPerformanceCounter(&now);
	return (uint64_t)((unsigned __int128)now.QuadPart * 1000000000u / frequency);
}

void load_clock_sleep_until(uint64_t time_ns)
{
	static LONG volatile asked;

	if (!InterlockedExchange(&asked, 1))
		timeBeginPeriod(TICK_MS);
	for (uint64_t now = load_clock_ns(); now < time_ns && !load_stop_asked();
	     now = load_clock_ns()) {
		uint64_t left_ms = (time_ns - now + 999999) / 1000000;

		Sleep(left_ms < SLICE_MS ? (DWORD)left_ms : SLICE_MS);
	}
}
