/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef WINDOWS_ETW_PLAN_H
#define WINDOWS_ETW_PLAN_H
/*
 * How to record on a Windows: decided before anything is touched, by a pure function of the Windows
 * version, the user's rights and what is wanted. `record` follows the plan, `check` prints it.
 */
#include <stddef.h>
#include <stdint.h>

#include "event/error.h"
#include "windows-etw/etw_guid.h"

/* What can be watched; a bit each. */
enum etw_want {
	ETW_WANT_DISK = 1,	/* disk commands */
	ETW_WANT_FILE = 2,	/* file requests */
	ETW_WANT_NETWORK = 4,	/* TCP and UDP transfers */
	ETW_WANT_DEVICE = 8,	/* commands of the device driver: StorPort, NvmeDisk */
	ETW_WANT_QUEUE = 0x10,	/* packets of completion ports; many events */
	ETW_WANT_SOCKET = 0x20, /* socket requests; many events */
	ETW_WANT_OWN = 0x40,	/* RIO and IoRing queues of programs that tell of them */
	ETW_WANT_ALL = 0x7f,
	ETW_WANT_DEFAULT =
		ETW_WANT_DISK | ETW_WANT_FILE | ETW_WANT_NETWORK | ETW_WANT_DEVICE | ETW_WANT_OWN,
};
enum { ETW_WANTS = 7 };
/* "disk"; NULL beyond the last. */
const char *etw_want_name(size_t index);

/* Windows builds at which something came. */
enum {
	ETW_BUILD_7 = 7600,
	ETW_BUILD_8 = 9200,
	ETW_BUILD_10 = 10240,
};

struct etw_host {
	uint32_t build;
	uint32_t cpu_count;
	int is_admin;	  /* and elevated, or LocalSystem */
	int is_log_user;  /* in Performance Log Users */
	const char *wine; /* its version; NULL: a real Windows */
};

struct etw_wish {
	const char *session;   /* its name; NULL: "ringlens" */
	const char *etl_path;  /* let Windows write this file; NULL: to us, in real time */
	uint64_t buffer_bytes; /* for Windows' buffers; 0: 64 MiB */
	uint32_t wants;	       /* 0: ETW_WANT_DEFAULT */
};

enum etw_state { ETW_STATE_OFF, ETW_STATE_PARTIAL, ETW_STATE_ON };
struct etw_feature {
	const char *name;
	const char *what;
	enum etw_state state;
	const char *why;    /* empty: nothing to say */
	const char *remedy; /* empty: none */
};

struct etw_provider {
	struct etw_guid guid;
	const char *name;
	uint64_t keywords;
	uint8_t level;
};

enum {
	ETW_MASKS = 8,
	ETW_PROVIDERS_MAX = 12,
	ETW_SESSION_NAME_MAX = 128,
	ETW_MODE_FILE = 0x1,
	ETW_MODE_REAL_TIME = 0x100,
	ETW_MODE_SYSTEM_LOGGER = 0x02000000,
};

struct etw_plan {
	char session[ETW_SESSION_NAME_MAX];
	const char *etl_path;
	struct etw_guid guid; /* of the session */
	int is_kernel_logger; /* the one of Windows 7, which all tools share */
	int is_system;	      /* kernel events come in this session */
	uint32_t log_mode;
	uint32_t kernel_flags;	   /* group mask 0 */
	uint32_t masks[ETW_MASKS]; /* to add to the session's; all 0: none */
	uint32_t buffer_kib;
	uint32_t buffers_min;
	uint32_t buffers_max;
	struct etw_provider providers[ETW_PROVIDERS_MAX];
	size_t provider_count;
	int rundown; /* ask for file names before the end */
	struct etw_feature features[ETW_WANTS];
};

/* Decides. -EACCES, -ENOTSUP, -EINVAL with a sentence; `features` is filled in any case. */
int etw_plan_make(const struct etw_host *host, const struct etw_wish *wish,
		  struct etw_plan *ret_plan, struct ev_error *why);
/* The provider that tells the names of all open files when asked. */
extern const struct etw_provider etw_plan_rundown;

#endif
