/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The filter options, one parser each, and their two uses: as words for the tracer, and as tests on
 * one request or device of a recording. Which events of a recording belong to a queue that passes
 * is decided in filter_view.c.
 */
#include "collector/filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collector/phrase.h"
#include "collector/request_text.h"
#include "event/names.h"
#include "event/units.h"

/* Calls `add` for each word of "a,b,c"; a word is at most 63 bytes. */
static int each_word(const struct option_row *row, const char *list,
		     int (*add)(struct filter *, const char *, struct ev_error *),
		     struct filter *filter, struct ev_error *why)
{
	const char *whole = list;
	char word[64];

	for (;;) {
		size_t length = strcspn(list, ",");
		int err;

		if (length == 0 || length >= sizeof(word))
			return ev_fail(why, -EINVAL, "--%s %s: the list has an %s word", row->name,
				       whole, length ? "overlong" : "empty");
		memcpy(word, list, length);
		word[length] = '\0';
		err = add(filter, word, why);
		if (err || !list[length])
			return err;
		list += length + 1;
	}
}

static int add_pid(struct filter *filter, const char *word, struct ev_error *why)
{
	uint64_t pid;

	if (option_number(word, INT32_MAX, &pid) < 0 || pid == 0)
		return ev_fail(why, -EINVAL, "--pid %s: a process id is a number from 1 to %d",
			       word, INT32_MAX);
	if (filter->pid_count == TRACER_PIDS_MAX)
		return ev_fail(why, -EINVAL, "--pid takes at most %d processes", TRACER_PIDS_MAX);
	filter->pids[filter->pid_count++] = (uint32_t)pid;
	return 0;
}

static int parse_pids(const struct option_row *row, void *target, const char *value,
		      struct ev_error *why)
{
	return each_word(row, value, add_pid, target, why);
}

/* "READ", or the number itself for an operation this build has no name for. */
static int add_op(struct filter *filter, const char *word, struct ev_error *why)
{
	int op = ev_op_by_name(EV_QUEUE_IO_URING, word);
	uint64_t number;

	if (op < 0 && option_number(word, TRACER_OPS_MAX - 1, &number) == 0)
		op = (int)number;
	if (op < 0)
		return ev_fail(why, -EINVAL,
			       "--op %s: there is no such operation; names are those of io_uring "
			       "without IORING_OP_, like READ,FSYNC",
			       word);
	filter->ops[op / 8] |= (uint8_t)(1u << op % 8);
	filter->has_ops = 1;
	return 0;
}

static int parse_ops(const struct option_row *row, void *target, const char *value,
		     struct ev_error *why)
{
	return each_word(row, value, add_op, target, why);
}

static int parse_ring(const struct option_row *row, void *target, const char *value,
		      struct ev_error *why)
{
	struct filter *filter = target;
	const char *colon = strchr(value, ':');
	uint64_t pid, fd, id;
	char text[16];

	(void)row;
	if (colon && (size_t)(colon - value) < sizeof(text)) {
		memcpy(text, value, (size_t)(colon - value));
		text[colon - value] = '\0';
		if (option_number(text, INT32_MAX, &pid) == 0 && pid &&
		    option_number(colon + 1, INT32_MAX, &fd) == 0) {
			filter->ring_pid = (int32_t)pid;
			filter->ring_fd = (int32_t)fd;
			return 0;
		}
	} else if (option_number(value, UINT32_MAX, &id) == 0 && id) {
		filter->ring = (uint32_t)id;
		return 0;
	}
	return ev_fail(why, -EINVAL,
		       "--ring %s: a ring is its id or PID:FD, as `ringlens list` shows them",
		       value);
}

static int parse_device(const struct option_row *row, void *target, const char *value,
			struct ev_error *why)
{
	struct filter *filter = target;

	if (!strncmp(value, "/dev/", 5))
		value += 5;
	if (!*value)
		return ev_fail(why, -EINVAL, "--%s needs a name, like nvme0n1", row->name);
	if (filter->device_count == FILTER_DEVICES_MAX)
		return ev_fail(why, -EINVAL, "--device can be given %d times", FILTER_DEVICES_MAX);
	filter->devices[filter->device_count++] = value;
	return 0;
}

const struct option_row filter_options[] = {
	{ 'p', "pid", "PID[,PID]", parse_pids, 0,
	  "rings of this process; may be given more than once" },
	{ 'c', "comm", "NAME", option_text, offsetof(struct filter, comm),
	  "rings of processes with this name" },
	{ 0, "cgroup", "PATH", option_text, offsetof(struct filter, cgroup),
	  "rings of processes in this cgroup or below it (live only)" },
	{ 0, "ring", "ID|PID:FD", parse_ring, 0, "this ring, as `ringlens list` names it" },
	{ 0, "op", "NAME[,NAME]", parse_ops, 0, "these operations, like READ,FSYNC" },
	{ 0, "device", "NAME", parse_device, 0,
	  "of the block devices, show this one; may be given more than once" },
	{ 0, "min-latency", "TIME", option_time, offsetof(struct filter, min_latency_ns),
	  "single requests only when they took this long, like 5ms; counters and "
	  "histograms keep all" },
};
const size_t filter_option_count = sizeof(filter_options) / sizeof(filter_options[0]);

void filter_to_tracer(const struct filter *filter, struct tracer_filter *ret_filter)
{
	memset(ret_filter, 0, sizeof(*ret_filter));
	ret_filter->pids = filter->pids;
	ret_filter->pid_count = filter->pid_count;
	if (filter->comm)
		snprintf(ret_filter->comm, sizeof(ret_filter->comm), "%s", filter->comm);
	ret_filter->cgroup = filter->cgroup;
	ret_filter->ring = filter->ring;
	ret_filter->ring_pid = filter->ring_pid;
	ret_filter->ring_fd = filter->ring_fd;
	memcpy(ret_filter->ops, filter->ops, sizeof(ret_filter->ops));
	ret_filter->record_min_ns = filter->min_latency_ns;
}

int filter_check_file(const struct filter *filter, struct ev_error *why)
{
	if (filter->cgroup)
		return ev_fail(why, -EINVAL,
			       "--cgroup works on a live system only: a recording does not say in "
			       "which cgroup a process was");
	return 0;
}

int filter_check_no_devices(const struct filter *filter, int commands, struct ev_error *why)
{
	if (!commands && !filter->device_count)
		return 0;
	return ev_fail(why, -EINVAL, "--no-devices leaves out what %s asks for",
		       commands ? "--commands" : "--device");
}

int filter_queues(const struct filter *filter)
{
	return filter->pid_count || filter->comm || filter->cgroup || filter->ring ||
	       filter->ring_pid;
}

int filter_op(const struct filter *filter, uint16_t op)
{
	if (!filter->has_ops)
		return 1;
	return op < TRACER_OPS_MAX && filter->ops[op / 8] & (1u << op % 8);
}

int filter_device(const struct filter *filter, const char *name)
{
	if (!filter->device_count)
		return 1;
	for (size_t i = 0; i < filter->device_count; i++)
		if (!strcmp(filter->devices[i], name))
			return 1;
	return 0;
}

int filter_request(const struct filter *filter, const struct ev_request *request)
{
	return filter_op(filter, request->op) &&
	       request_latency_ns(request) >= filter->min_latency_ns;
}

static void say_op(struct phrase *phrase, int op, const char *before)
{
	const char *name = ev_op_name(EV_QUEUE_IO_URING, (uint16_t)op);

	if (name)
		phrase_add(phrase, "%s%s", before, name);
	else
		phrase_add(phrase, "%s%d", before, op);
}

void filter_text(const struct filter *filter, char *text, size_t text_bytes)
{
	struct phrase phrase;
	const char *before = " --op ";
	char latency[EV_UNITS_TEXT_BYTES];

	phrase_init(&phrase, text, text_bytes);
	for (size_t i = 0; i < filter->pid_count; i++)
		phrase_add(&phrase, " -p %u", filter->pids[i]);
	if (filter->comm)
		phrase_add(&phrase, " -c %s", filter->comm);
	if (filter->cgroup)
		phrase_add(&phrase, " --cgroup %s", filter->cgroup);
	if (filter->ring)
		phrase_add(&phrase, " --ring %u", filter->ring);
	if (filter->ring_pid)
		phrase_add(&phrase, " --ring %d:%d", filter->ring_pid, filter->ring_fd);
	for (int op = 0; filter->has_ops && op < TRACER_OPS_MAX; op++)
		if (filter_op(filter, (uint16_t)op)) {
			say_op(&phrase, op, before);
			before = ",";
		}
	for (size_t i = 0; i < filter->device_count; i++)
		phrase_add(&phrase, " --device %s", filter->devices[i]);
	if (filter->min_latency_ns)
		phrase_add(&phrase, " --min-latency %s",
			   ev_units_time(latency, filter->min_latency_ns));
	if (phrase.used)
		memmove(text, text + 1, phrase.used);
}
