/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * A device queue over time: heat map and depth graph, side by side where there is room for both,
 * with the same interval in the same place from the right.
 */
#include "tui/device_picture.h"

#include <stdio.h>

#include "tui/format.h"
#include "tui/graph.h"
#include "tui/heat.h"

enum { DEPTH_LEAST = 16, MAP_LEAST = 30, MINOR_BITS = 20 };

void tui_name_device(const struct model_device *device, char *text, size_t text_bytes)
{
	if (device->name[0])
		snprintf(text, text_bytes, "%s", device->name);
	else if (device->device & EV_DEVICE_CONTROLLER_BIT)
		snprintf(text, text_bytes, "controller %u",
			 device->device & ~(unsigned)EV_DEVICE_CONTROLLER_BIT);
	else
		snprintf(text, text_bytes, "%u:%u", device->device >> MINOR_BITS,
			 device->device & ((1u << MINOR_BITS) - 1));
}

static void draw_depth(const struct tui_area *area, const struct model_device_queue *queue)
{
	struct tui_area bars = tui_canvas_part(area, 1, 0, area->rows - 1, area->columns);
	char title[96];

	if (queue->depth.known)
		snprintf(title, sizeof(title), "depth, max %s%s%s",
			 tui_format_count(queue->depth.max).text, queue->limit ? " of " : "",
			 queue->limit ? tui_format_count(queue->limit).text : "");
	else
		snprintf(title, sizeof(title), "depth: not known");
	tui_canvas_field(area, 0, 0, area->columns, TUI_BOLD, title);
	tui_canvas_fill(&bars, bars.rows - 1, 0, bars.columns, 0x00b7, TUI_DIM);
	tui_graph_series(&bars, &queue->series, TUI_GRAPH);
}

void tui_device_picture(const struct tui_area *area, const struct model_device *device,
			const struct model_device_queue *queue)
{
	int depth = area->columns / 3;
	struct tui_area part;
	char title[192], name[64];

	if (area->columns < DEPTH_LEAST + 2 + MAP_LEAST)
		depth = -2;
	tui_name_device(device, name, sizeof(name));
	snprintf(title, sizeof(title), "%s queue %u: service times, darker is more", name,
		 queue->hw_queue);
	part = tui_canvas_part(area, 0, 0, area->rows, area->columns - depth - 2);
	tui_canvas_field(&part, 0, 0, part.columns, TUI_BOLD, title);
	part = tui_canvas_part(area, 1, 0, area->rows - 1, part.columns);
	tui_heat_draw(&part, &queue->heat);
	if (depth > 0) {
		part = tui_canvas_part(area, 0, area->columns - depth, area->rows, depth);
		draw_depth(&part, queue);
	}
}
