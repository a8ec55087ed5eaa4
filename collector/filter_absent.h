/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_FILTER_ABSENT_H
#define COLLECTOR_FILTER_ABSENT_H
/*
 * A filter that names what this system does not have, a mistyped process or device for one, would
 * record nothing without a word. It is not refused: what is named may come later, and a process may
 * have another number in this container.
 */
#include "collector/filter.h"

/* One sentence on standard error for each. */
void filter_say_absent(const struct filter *filter);

#endif
