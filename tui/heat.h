/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_HEAT_H
#define TUI_HEAT_H
/*
 * A heat map: latency over time. One column an interval, the newest at the right edge; one row a
 * power of two (or several, where there is less room), slow above; the darker a cell, the more
 * commands took that long then.
 */
#include "model/model.h"
#include "tui/canvas.h"

enum { TUI_HEAT_LABEL = 7 }; /* columns of the times at the left */

void tui_heat_draw(const struct tui_area *area, const struct model_heat *heat);

#endif
