/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_STANDARD_H
#define COLLECTOR_STANDARD_H
/* The standard streams, where systems differ. */

/* Before anything else: bytes go out as they are, and no file that we open can become one of them.
 */
void standard_prepare(void);
/* After a write to standard output failed: because its reader went away? */
int standard_reader_is_gone(void);

#endif
