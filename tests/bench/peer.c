/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Tools do not say when they have attached, so a peer gets a fixed time for it; one that has ended
 * by then has failed. The child dies with this process.
 */
#include "tests/bench/peer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/load.h"

enum { WORDS_MAX = 16, WORD_BYTES = 512, ATTACH_S = 2 };

struct peer {
	char words[WORDS_MAX][WORD_BYTES];
	char *arguments[WORDS_MAX + 1];
	pid_t pid;
};

static int installed(const char *tool)
{
	char folders[4096], path[4352], *rest = folders, *folder;

	snprintf(folders, sizeof(folders), "%s", getenv("PATH") ? getenv("PATH") : "");
	while ((folder = strsep(&rest, ":"))) {
		snprintf(path, sizeof(path), "%s/%s", folder, tool);
		if (!access(path, X_OK))
			return 1;
	}
	return 0;
}

int peer_new(struct peer **ret_peer, const char *const *command, const char *submit_event,
	     struct ev_error *why)
{
	struct peer *peer;

	if (!installed(command[0]))
		return ev_fail(why, -ENOENT, "%s is not installed", command[0]);
	peer = calloc(1, sizeof(*peer));
	if (!peer)
		return ev_fail(why, -ENOMEM, "out of memory");
	for (int i = 0; i < WORDS_MAX && command[i]; i++) {
		const char *hole = strstr(command[i], "%s");
		int before = hole ? (int)(hole - command[i]) : (int)strlen(command[i]);

		snprintf(peer->words[i], WORD_BYTES, "%.*s%s%s", before, command[i],
			 hole ? submit_event : "", hole ? hole + 2 : "");
		peer->arguments[i] = peer->words[i];
	}
	*ret_peer = peer;
	return 0;
}

void peer_free(struct peer *peer)
{
	if (!peer)
		return;
	peer_stop(peer, NULL);
	free(peer);
}

static void become(struct peer *peer)
{
	int nothing = open("/dev/null", O_RDWR);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(OTHER_CPU, &set);
	sched_setaffinity(0, sizeof(set), &set);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_DFL);
	dup2(nothing, 0);
	dup2(nothing, 1);
	dup2(nothing, 2);
	execvp(peer->arguments[0], peer->arguments);
	_exit(127);
}

int peer_start(struct peer *peer, struct ev_error *why)
{
	struct timespec pause = { ATTACH_S, 0 };
	int status;

	peer->pid = fork();
	if (peer->pid < 0) {
		peer->pid = 0;
		return ev_fail(why, -errno, "cannot start %s: %s", peer->arguments[0],
			       strerror(errno));
	}
	if (!peer->pid)
		become(peer);
	nanosleep(&pause, NULL);
	if (waitpid(peer->pid, &status, WNOHANG) == peer->pid) {
		peer->pid = 0;
		return ev_fail(why, -ECHILD, "%s ended before the load began: it cannot trace here",
			       peer->arguments[0]);
	}
	return 0;
}

int peer_stop(struct peer *peer, struct ev_error *why)
{
	int status;

	(void)why;
	if (!peer->pid)
		return 0;
	kill(peer->pid, SIGINT);
	while (waitpid(peer->pid, &status, 0) < 0 && errno == EINTR)
		;
	peer->pid = 0;
	return 0;
}
