/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WORKLOADS_ERROR_WINDOWS_H
#define WORKLOADS_ERROR_WINDOWS_H
/*
 * Windows has three kinds of error numbers (Win32 and Winsock codes, NTSTATUS, HRESULT). They meet
 * here, and only here do they become words.
 */
#include <stdint.h>

#include "workloads/error.h"

/* Fills *why with "<what>: <Windows' words> (<name>)" for a Win32 or Winsock code and returns a
 * negative errno: -EOPNOTSUPP when the code means that this Windows has no such thing. */
int load_fail_windows(struct load_error *why, uint32_t code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A failed request's result for the books: the code negated. An NTSTATUS or an HRESULT that is no
 * Win32 code in disguise keeps its number, without its top bit. */
int32_t load_result_win32(uint32_t code);
int32_t load_result_ntstatus(uint32_t status);
int32_t load_result_hresult(int32_t hresult);

#endif
