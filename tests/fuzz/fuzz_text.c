/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* A line of text: what is accepted prints, and parses back to the same event. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "event/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static char printed[EV_TEXT_LINE_BYTES];
	static uint64_t event[EV_EVENT_BYTES_MAX / 8], back[EV_EVENT_BYTES_MAX / 8];
	struct ev_error why;
	char *line = malloc(bytes + 1);

	memcpy(line, data, bytes);
	line[bytes] = 0;
	if (ev_text_parse(line, event, &why) == 1) {
		const struct ev_header *header = (const struct ev_header *)event;

		if (ev_text_print(header, printed, sizeof(printed)) < 0 ||
		    ev_text_parse(printed, back, &why) != 1 ||
		    memcmp(event, back, header->size_bytes))
			abort();
	}
	free(line);
	return 0;
}
