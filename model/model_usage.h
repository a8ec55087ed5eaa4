/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef MODEL_MODEL_USAGE_H
#define MODEL_MODEL_USAGE_H
/*
 * What is kept to tell who used a disk: model_usage.c explains it, model.h has the answers. Only
 * the model's own files include this.
 */
#include "event/record.h"
#include "model/model.h"
#include "model/model_map.h"
#include "model/model_memory.h"

enum {
	USAGE_RECENT_MAX = 32768, /* ends on one disk whose depths may still change */
	USAGE_OPEN_MAX = 4096,
	USAGE_PROCESSES_MAX = 4096, /* of one disk; further ones count as not known */
};

/* The issue of a command, or its end. */
struct usage_moment {
	uint64_t time_ns;
	uint32_t process; /* place in `processes` */
	uint8_t is_known; /* everything that was there then was seen */
	uint8_t spans;	  /* the command was there from its issue to its end */
	uint8_t reserved[2];
};

struct usage_moments {
	struct usage_moment *items; /* by time */
	size_t count;
	size_t capacity;
};

struct usage {
	struct model_usage pub;
	struct model_use *processes; /* without the depths of what is recent; [0]: not known */
	struct model_use *shown;     /* with them, made when somebody asks */
	size_t process_count;
	size_t process_capacity;
	size_t shown_capacity;
	struct map pids; /* pid -> place in `processes` + 1 */

	struct usage_moments issues; /* recent ones: after settled_ns */
	struct usage_moments ends;
	uint64_t settled_ns;
	uint64_t level; /* commands there at settled_ns */
	uint64_t last_end_ns;
	uint8_t missed; /* a command was there that moments before settled_ns were told without */
	uint8_t unmet;	/* … one that is still there */
};

/* A command of the latest snapshot that has not ended since. */
struct usage_open {
	uint64_t issue_ns;
	uint64_t key;
	uint32_t device;
	uint32_t hw_queue;
	uint32_t command_id;
	uint32_t reserved;
};

struct usage_opens {
	struct usage_open *items;
	size_t count;
	size_t capacity;
	uint64_t *begins_ns; /* room to sort those of one disk */
	size_t begins_capacity;
	uint64_t time_ns; /* of the snapshot */
	uint8_t missed;	  /* there were more than are kept */
};

struct device;

/* A command ended. Without memory for it, what is told says that it is incomplete. */
void model_usage_add(struct model *model, struct device *device, const struct ev_command *command);
/* A snapshot tells of one that has not. */
void model_usage_open(struct model *model, const struct ev_command *command);
/* A snapshot is over. */
void model_usage_tick(struct model *model);
void model_usage_settle(struct model *model, struct device *device);
void model_usage_free_opens(struct model *model);
void model_usage_free(struct model *model, struct device *device);

#endif
