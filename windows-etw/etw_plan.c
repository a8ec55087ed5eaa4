/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The rules, newest Windows last:
 *
 *    7 (7600)     one kernel session for the whole machine ("NT Kernel Logger"), which takes no
 * other providers; group masks need an undocumented call, so completion ports stay dark 8 (9200) up
 * to 8 sessions with kernel events, each with providers beside them, and group masks by
 * TraceSetInformation
 *
 * Kernel events need an administrator. A member of Performance Log Users can have an ordinary
 * session: the manifest twins of the kernel's events, as far as Windows lets him enable them. The
 * system providers of Windows 11 are not used: which keyword brings the start of file operations
 * is not documented, and flags work there too.
 */
#include "windows-etw/etw_plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "windows-etw/etw_private.h"

/* Kernel flags. */
enum {
	FLAG_PROCESS = 0x1,
	FLAG_THREAD = 0x2,
	FLAG_DISK_IO = 0x100,
	FLAG_DISK_FILE_IO = 0x200,
	FLAG_DISK_IO_INIT = 0x400,
	FLAG_NETWORK_TCPIP = 0x10000,
	FLAG_SPLIT_IO = 0x200000,
	FLAG_FILE_IO = 0x2000000,
	FLAG_FILE_IO_INIT = 0x4000000,
};
/* Group masks beyond word 0. */
enum { MASK_KERNEL_QUEUE_WORD = 1, MASK_KERNEL_QUEUE = 0x01000000 };
enum { MASK_OPTICAL_WORD = 4, MASK_OPTICAL = 0x3 };

enum { LEVEL_INFORMATION = 4, LEVEL_ALL = 0xff };

/* Keywords. */
#define STORPORT_IO UINT64_C(0x21f00000) /* performance, read, write, their paging kinds, flush */
#define NVME_IO	    UINT64_C(0x21f00000)

static const struct etw_guid own_session = { { 0x1f, 0x0b, 0x7d, 0x3a, 0x92, 0x6c, 0x55, 0x4f, 0xa1,
					       0x08, 0x5e, 0x44, 0xc2, 0x70, 0x19, 0xd3 } };
/* SystemTraceControlGuid */
static const struct etw_guid kernel_session = { { 0xad, 0x4a, 0x81, 0x9e, 0x04, 0x32, 0xd2, 0x11,
						  0x9a, 0x82, 0x00, 0x60, 0x08, 0xa8, 0x69,
						  0x39 } };

const struct etw_provider etw_plan_rundown = {
	{ { 0x51, 0x99, 0x9c, 0x3b, 0x80, 0x34, 0x20, 0x42, 0x93, 0x77, 0x9c, 0x8e, 0x51, 0x84,
	    0xf5, 0xcd } },
	"kernel rundown",
	0x10,
	LEVEL_INFORMATION,
};

static const struct {
	const char *name;
	const char *what;
	uint32_t flags;	   /* kernel session */
	int needs_masks;   /* beyond the flags */
	int has_providers; /* in any session */
	int has_twins;	   /* manifest events instead of the kernel's */
} wants[ETW_WANTS] = {
	{ "disk", "disk commands: depth, service time, priority, file",
	  FLAG_DISK_IO | FLAG_DISK_IO_INIT | FLAG_DISK_FILE_IO | FLAG_SPLIT_IO, 0, 0, 1 },
	{ "file", "file requests from start to end", FLAG_FILE_IO | FLAG_FILE_IO_INIT, 0, 0, 1 },
	{ "network", "TCP and UDP transfers", FLAG_NETWORK_TCPIP, 0, 0, 1 },
	{ "device", "commands of the storage driver (StorPort, NvmeDisk)", 0, 0, 1, 0 },
	{ "queue", "packets of completion ports: depth, waiting time", 0, 1, 0, 0 },
	{ "socket", "socket requests (Winsock AFD)", 0, 0, 1, 0 },
	{ "own", "RIO and IoRing queues of programs that tell of them", 0, 0, 1, 0 },
};

const char *etw_want_name(size_t index)
{
	return index < ETW_WANTS ? wants[index].name : NULL;
}

enum rights { RIGHTS_NONE, RIGHTS_LOG_USER, RIGHTS_ADMIN };

static enum rights rights_of(const struct etw_host *host)
{
	return host->is_admin ? RIGHTS_ADMIN : host->is_log_user ? RIGHTS_LOG_USER : RIGHTS_NONE;
}

static const char as_admin[] = "start the console with \"Run as administrator\"";

static void judge(const struct etw_host *host, size_t index, struct etw_feature *feature)
{
	enum rights rights = rights_of(host);

	*feature =
		(struct etw_feature){ wants[index].name, wants[index].what, ETW_STATE_OFF, "", "" };
	if (rights == RIGHTS_NONE) {
		feature->why = "needs an administrator, or a member of Performance Log Users";
		feature->remedy = as_admin;
	} else if (rights == RIGHTS_LOG_USER && wants[index].needs_masks) {
		feature->why = "kernel events need an administrator";
		feature->remedy = as_admin;
	} else if (rights == RIGHTS_LOG_USER && wants[index].has_twins) {
		feature->state = ETW_STATE_PARTIAL;
		feature->why = "manifest events instead of the kernel's, if Windows lets you";
		feature->remedy = as_admin;
	} else if (host->build < ETW_BUILD_8 && (wants[index].needs_masks || !wants[index].flags)) {
		feature->why = "the kernel session of Windows 7 takes no other events";
		feature->remedy = "Windows 8 or later";
	} else {
		feature->state = ETW_STATE_ON;
	}
}

static void add_provider(struct etw_plan *plan, const struct etw_manifest *manifest,
			 const char *name, uint64_t keywords)
{
	plan->providers[plan->provider_count++] =
		(struct etw_provider){ manifest->provider, name, keywords, LEVEL_ALL };
}

static void add_providers(struct etw_plan *plan, uint32_t want)
{
	if (want & ETW_WANT_DEVICE) {
		add_provider(plan, &etw_storport_manifest, "Microsoft-Windows-StorPort",
			     STORPORT_IO);
		add_provider(plan, &etw_nvme_manifest, "Microsoft-Windows-NvmeDisk", NVME_IO);
	}
	if (want & ETW_WANT_SOCKET)
		add_provider(plan, &etw_socket_manifest, "Microsoft-Windows-Winsock-AFD", 0x7);
	if (want & ETW_WANT_OWN)
		add_provider(plan, &etw_own_manifest, "ringlens.Queues", UINT64_MAX);
}

/* What an ordinary session has instead of kernel events. */
static void add_twins(struct etw_plan *plan, uint32_t want)
{
	add_provider(plan, &etw_process_manifest, "Microsoft-Windows-Kernel-Process", 0x30);
	if (want & ETW_WANT_DISK)
		add_provider(plan, &etw_disk_manifest, "Microsoft-Windows-Kernel-Disk", 0);
	if (want & ETW_WANT_FILE)
		add_provider(plan, &etw_file_manifest, "Microsoft-Windows-Kernel-File", 0x3f0);
	if (want & ETW_WANT_NETWORK)
		add_provider(plan, &etw_network_manifest, "Microsoft-Windows-Kernel-Network", 0x30);
}

static void plan_kernel(const struct etw_host *host, uint32_t want, struct etw_plan *plan)
{
	plan->is_system = 1;
	plan->kernel_flags = FLAG_PROCESS | FLAG_THREAD;
	for (size_t i = 0; i < ETW_WANTS; i++)
		if (want >> i & 1)
			plan->kernel_flags |= wants[i].flags;
	/* A request's path comes with the disk's file names. */
	if (want & ETW_WANT_FILE)
		plan->kernel_flags |= FLAG_DISK_FILE_IO;
	plan->rundown = (want & (ETW_WANT_DISK | ETW_WANT_FILE)) && host->build >= ETW_BUILD_8;
	if (host->build < ETW_BUILD_8) {
		plan->is_kernel_logger = 1;
		plan->guid = kernel_session;
		snprintf(plan->session, sizeof(plan->session), "NT Kernel Logger");
		return;
	}
	plan->log_mode |= ETW_MODE_SYSTEM_LOGGER;
	if (want & ETW_WANT_QUEUE)
		plan->masks[MASK_KERNEL_QUEUE_WORD] |= MASK_KERNEL_QUEUE;
	if (want & ETW_WANT_DISK)
		plan->masks[MASK_OPTICAL_WORD] |= MASK_OPTICAL;
}

/* Two buffers a processor at least, or events have nowhere to go while one is written. */
static void plan_buffers(const struct etw_host *host, const struct etw_wish *wish,
			 struct etw_plan *plan)
{
	enum { BUFFER_KIB = 64, BUFFERS_LIMIT = 1 << 14 };
	uint64_t bytes = wish->buffer_bytes ? wish->buffer_bytes : UINT64_C(64) << 20;
	uint64_t most = bytes / (BUFFER_KIB << 10);

	plan->buffer_kib = BUFFER_KIB;
	plan->buffers_min = host->cpu_count * 2 < 16 ? 16 : host->cpu_count * 2;
	if (most > BUFFERS_LIMIT)
		most = BUFFERS_LIMIT;
	if (most < plan->buffers_min * 2)
		most = plan->buffers_min * 2;
	plan->buffers_max = (uint32_t)most;
	if (plan->buffers_min < most / 4)
		plan->buffers_min = (uint32_t)most / 4;
}

static int refuse(const struct etw_host *host, struct ev_error *why)
{
	if (host->wine)
		return ev_fail(why, -ENOTSUP,
			       "Wine %s has no event tracing: recording works on Windows only; "
			       "recordings can be read here (ringlens report FILE)",
			       host->wine);
	if (host->build < ETW_BUILD_7)
		return ev_fail(
			why, -ENOTSUP,
			"this is Windows build %u; recording needs Windows 7 (build 7600) or "
			"later",
			(unsigned)host->build);
	if (rights_of(host) == RIGHTS_NONE)
		return ev_fail(
			why, -EACCES,
			"recording needs an administrator: start the console with \"Run as "
			"administrator\"; a member of the group Performance Log Users can record "
			"a part (ringlens check says which)");
	return 0;
}

static int check_session(const struct etw_wish *wish, struct ev_error *why)
{
	if (!wish->session || (*wish->session && strlen(wish->session) < ETW_SESSION_NAME_MAX))
		return 0;
	return ev_fail(why, -EINVAL, "--session: a name has 1 to %d bytes",
		       ETW_SESSION_NAME_MAX - 1);
}

int etw_plan_make(const struct etw_host *host, const struct etw_wish *wish,
		  struct etw_plan *ret_plan, struct ev_error *why)
{
	uint32_t asked = wish->wants ? wish->wants : ETW_WANT_DEFAULT, want = 0;
	int err;

	*ret_plan = (struct etw_plan){ .guid = own_session, .etl_path = wish->etl_path };
	for (size_t i = 0; i < ETW_WANTS; i++) {
		judge(host, i, &ret_plan->features[i]);
		if (asked >> i & 1 && ret_plan->features[i].state != ETW_STATE_OFF)
			want |= 1u << i;
	}
	err = refuse(host, why);
	if (!err)
		err = check_session(wish, why);
	if (!err && !want)
		err = ev_fail(why, -EACCES,
			      "nothing of what is asked for can be recorded here; ringlens check "
			      "says why");
	if (err)
		return err;
	snprintf(ret_plan->session, sizeof(ret_plan->session), "%s",
		 wish->session ? wish->session : "ringlens");
	ret_plan->log_mode = wish->etl_path ? ETW_MODE_FILE : ETW_MODE_REAL_TIME;
	plan_buffers(host, wish, ret_plan);
	if (host->is_admin)
		plan_kernel(host, want, ret_plan);
	else
		add_twins(ret_plan, want);
	if (!ret_plan->is_kernel_logger)
		add_providers(ret_plan, want);
	return 0;
}
