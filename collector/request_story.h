/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_REQUEST_STORY_H
#define COLLECTOR_REQUEST_STORY_H
/* What a trace says of a request besides its own record: its chain, its earlier completions. */
#include "collector/phrase.h"
#include "model/model.h"

/* Adds " [after WRITE user_data=0x7, waited 3.20us]" and the like, or nothing. The request is the
 * one that the model was given last. */
void request_story_add(struct phrase *phrase, const struct model *model,
		       const struct ev_request *request);

#endif
