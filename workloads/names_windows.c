/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The words of Windows' queues. Operations have the name that the same thing has on Linux where
 * there is one, so that truths can be compared; what cannot be asked for by a flag has no --setup.
 */
#include "workloads/names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "workloads/names_windows.h"
#include "workloads/options.h"

static const char *const op_names[LOAD_OPS] = {
	[LOAD_OP_READ] = "READ",
	[LOAD_OP_WRITE] = "WRITE",
	[LOAD_OP_FLUSH] = "FLUSH",
	[LOAD_OP_READ_SCATTER] = "READ_SCATTER",
	[LOAD_OP_WRITE_GATHER] = "WRITE_GATHER",
	[LOAD_OP_SEND] = "SEND",
	[LOAD_OP_RECV] = "RECV",
	[LOAD_OP_ACCEPT] = "ACCEPT",
	[LOAD_OP_CONNECT] = "CONNECT",
	[LOAD_OP_POST] = "POST",
};

static const struct {
	uint32_t bit;
	const char *name;
} flag_names[] = {
	{ 1u << LOAD_VIA_IOCP, "IOCP" }, { 1u << LOAD_VIA_EVENT, "EVENT" },
	{ 1u << LOAD_VIA_APC, "APC" },	 { 1u << LOAD_VIA_SCATTER, "SCATTER" },
	{ 1u << LOAD_VIA_SYNC, "SYNC" }, { 1u << LOAD_VIA_IORING, "IORING" },
	{ 1u << LOAD_VIA_RIO, "RIO" },	 { LOAD_QUEUE_SKIP_SUCCESS, "SKIP_SUCCESS" },
	{ LOAD_QUEUE_SHARED, "SHARED" },
};

const char *load_op_name(uint8_t op)
{
	return op < LOAD_OPS ? op_names[op] : NULL;
}

bool load_op_moves_bytes(uint8_t op)
{
	return op == LOAD_OP_READ || op == LOAD_OP_WRITE || op == LOAD_OP_READ_SCATTER ||
	       op == LOAD_OP_WRITE_GATHER || op == LOAD_OP_SEND || op == LOAD_OP_RECV;
}

int load_setup_parse(const char *text, uint32_t *ret_flags)
{
	(void)text;
	(void)ret_flags;
	return -EINVAL;
}

const char *load_setup_text(uint32_t flags, char *text, size_t text_bytes)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if (flags & flag_names[i].bit && used < text_bytes)
			used += (size_t)snprintf(text + used, text_bytes - used, "%s%s",
						 used ? "," : "", flag_names[i].name);
	return text;
}

const char *load_setup_known(char *text, size_t text_bytes)
{
	if (text_bytes)
		text[0] = '\0';
	return text;
}
