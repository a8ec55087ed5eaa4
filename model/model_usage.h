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
	USAGE_RECENT_MAX = 32768, /* commands of one disk whose depths may still grow */
	USAGE_OPEN_MAX = 4096,
	USAGE_PROCESSES_MAX = 4096, /* of one disk; further ones count as not known */
};

/* A command that ended. Its depths grow as others turn out to have been there. */
struct usage_command {
	uint64_t issue_ns; /* not known: its end */
	uint64_t end_ns;
	uint32_t depth_issue;
	uint32_t depth_end;
	uint32_t process; /* place in `processes` */
	uint32_t met_all; /* its issue was seen, and so was everything that was there then */
};

struct usage {
	struct model_usage pub;
	struct model_use *processes; /* without the depths of what is recent; [0]: not known */
	struct model_use *shown;     /* with them, made when somebody asks */
	size_t process_count;
	size_t process_capacity;
	size_t shown_capacity;
	struct map pids; /* pid -> place in `processes` + 1 */

	struct usage_command *recent; /* in the order of their ends */
	size_t recent_count;
	size_t recent_capacity;
	uint64_t settled_ns; /* latest end of those that are no longer recent */
	uint64_t last_end_ns;
	uint8_t missed; /* some that are no longer recent have not met one that was there */
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
