/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_OPERANDS_H
#define COLLECTOR_OPERANDS_H
/* What is between the parentheses of a decoded request: `3</var/lib/x>, off=8192, len=4096`. */
#include "collector/phrase.h"
#include "event/record.h"

/* `file_name` is the path of the request's file, safe to print; NULL when it is not known. */
void operands_add(struct phrase *phrase, uint8_t queue_type, const struct ev_request *request,
		  const char *file_name);

#endif
