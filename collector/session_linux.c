/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* SESSION carries what a reader needs to make sense of a trace far from where it was made:
 * session.h. Its text is lines of key=value; a value holds no newline. */
#include "collector/session.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "collector/clock.h"
#include "collector/phrase.h"

enum { TEXT_BYTES = 4096 };

/* Adds "key=value\n" with the newlines of the value made blanks. */
static void add_line(struct phrase *phrase, const char *key, const char *value)
{
	size_t from;

	if (!*value)
		return;
	phrase_add(phrase, "%s=", key);
	from = phrase->used;
	phrase_add(phrase, "%s", value);
	for (size_t i = from; i < phrase->used; i++)
		if (phrase->text[i] == '\n')
			phrase->text[i] = ' ';
	phrase_add(phrase, "\n");
}

/* Words that find no room are three dots. */
static void join(char *text, size_t bytes, char **words)
{
	static const char more[] = "...";
	struct phrase phrase;

	phrase_init(&phrase, text, bytes - sizeof(more) + 1);
	for (; *words; words++) {
		phrase_separate(&phrase, 0, " ");
		phrase_add(&phrase, "%s", *words);
	}
	if (phrase.full)
		memcpy(text + phrase.used, more, sizeof(more));
}

static void read_boot_id(char *text, size_t bytes)
{
	FILE *in = fopen("/proc/sys/kernel/random/boot_id", "re");

	text[0] = '\0';
	if (!in)
		return;
	if (fgets(text, (int)bytes, in))
		text[strcspn(text, "\n")] = '\0';
	fclose(in);
}

int session_begin(const struct session_words *words, tracer_event_fn event, void *arg,
		  uint64_t *ret_start_ns)
{
	union {
		struct ev_session session;
		char bytes[sizeof(struct ev_session) + TEXT_BYTES];
	} begin;
	char boot[64], command[1024];
	struct utsname system;
	struct phrase phrase;

	memset(&begin, 0, sizeof(begin));
	phrase_init(&phrase, begin.bytes + sizeof(begin.session), TEXT_BYTES);
	uname(&system);
	read_boot_id(boot, sizeof(boot));
	add_line(&phrase, "tool", "ringlens " RINGLENS_VERSION);
	add_line(&phrase, "host", system.nodename);
	add_line(&phrase, "kernel", system.release);
	add_line(&phrase, "boot", boot);
	add_line(&phrase, "filter", words->filter);
	if (words->command) {
		join(command, sizeof(command), words->command);
		add_line(&phrase, "command", command);
	}
	*ret_start_ns = clock_now_ns();
	begin.session = (struct ev_session){
		.h = { .kind = EV_SESSION,
		       .size_bytes = (uint16_t)(sizeof(begin.session) + phrase.used),
		       .cpu = EV_CPU_NONE,
		       .time_ns = *ret_start_ns },
		.start_unix_ns = clock_unix_ns(),
		.os = EV_OS_LINUX,
		.mode = (uint8_t)words->mode,
		.pointer_bytes = sizeof(void *),
		.cpu_count = (uint32_t)sysconf(_SC_NPROCESSORS_CONF),
		.record_min_ns = words->record_min_ns,
	};
	return event(arg, &begin.session.h);
}

int session_end(uint64_t start_ns, tracer_event_fn event, void *arg)
{
	uint64_t now_ns = clock_now_ns();
	struct ev_session_end end = { .h = { .kind = EV_SESSION_END,
					     .size_bytes = sizeof(end),
					     .cpu = EV_CPU_NONE,
					     .time_ns = now_ns },
				      .duration_ns = now_ns - start_ns };

	return event(arg, &end.h);
}
