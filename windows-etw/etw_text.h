/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_TEXT_H
#define WINDOWS_ETW_TEXT_H
/*
 * Strings of Windows payloads to UTF-8. They come from strangers: they may lack their end, break a
 * surrogate pair, or hold control characters meant for a terminal, which become U+FFFD.
 */
#include <stddef.h>
#include <stdint.h>

/* UTF-16LE up to its NUL or the end of `bytes`. Returns the bytes written without the NUL that
 * always ends them; a string that does not fit is cut between characters. */
size_t etw_text_wide(char *to, size_t room, const uint8_t *at, size_t bytes);
/* One byte a character. Bytes above 127 are of a code page that the trace does not name: '?'. */
size_t etw_text_narrow(char *to, size_t room, const uint8_t *at, size_t bytes);
/* Bytes a string takes in the payload, its NUL included; all that are left when it has none. */
size_t etw_text_wide_span(const uint8_t *at, size_t bytes);
size_t etw_text_narrow_span(const uint8_t *at, size_t bytes);
/* What follows the last backslash. */
const char *etw_text_base(const char *path);

#endif
