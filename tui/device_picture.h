/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef TUI_DEVICE_PICTURE_H
#define TUI_DEVICE_PICTURE_H
/*
 * One device queue over time: its latency as a heat map, and beside it how deep it was. Used by the
 * view of all devices and by that of one queue.
 */
#include "model/model.h"
#include "tui/canvas.h"

enum { TUI_DEVICE_PICTURE_LEAST = 4 }; /* rows: a title and three of the map */

void tui_device_picture(const struct tui_area *area, const struct model_device *device,
			const struct model_device_queue *queue);

/* "nvme0n1", or "259:0" for one that nobody introduced. */
void tui_name_device(const struct model_device *device, char *text, size_t text_bytes);

#endif
