/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Starting, hearing and ending the collector.
 *
 *   ringlens-top ── control (socketpair) ──► ringlens record -o - --mode aggregate --control-fd 3
 *                ◄── events (pipe) ─────────
 *                ◄── standard error (pipe) ─
 *
 * The child has a process group of its own, so that Ctrl-C and Ctrl-Z at the terminal reach the
 * screen alone: a stopped collector would lose events behind a stopped screen. It ends when its
 * pipe or its control socket closes, whichever way this program goes; no signal is used, because
 * after the privileges are dropped this process may not signal it.
 */
#include "tui/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "event/trace_file.h"

enum {
	CONTROL_FD = 3, /* in the child */
	FIXED_WORDS = 16,
	STOP_TIMEOUT_MS = 3000,
	PATH_BYTES = 4096,
};

/* Where the collector may be beside this program: installed, or in a build tree. */
static const char *const beside[] = { "ringlens", "../collector/ringlens" };

static int find_beside(char *path, size_t path_bytes)
{
	char self[PATH_BYTES];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (length <= 0)
		return 0;
	self[length] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return 0;
	slash[1] = '\0';
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
		int needed = snprintf(path, path_bytes, "%s%s", self, beside[i]);

		if (needed > 0 && (size_t)needed < path_bytes && access(path, X_OK) == 0)
			return 1;
	}
	return 0;
}

/* In the child: returns only when there is no such program. */
static void execute(const char **words)
{
	char path[2 * PATH_BYTES];
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (find_beside(path, sizeof(path)))
		execv(path, (char *const *)words);
	execvp("ringlens", (char *const *)words);
	dprintf(STDERR_FILENO, "the program `ringlens` was not found beside ringlens-top nor in "
			       "PATH: install it, or show a ringlens trace with -i FILE\n");
}

/* In the child: never returns. */
static void become_collector(const struct tui_options *options, const int *ends)
{
	const char *words[FIXED_WORDS + TUI_PASSED_MAX] = {
		"ringlens", "record", "-o", "-", "--mode", "aggregate", "--control-fd", "3",
	};
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t count = 8;

	for (size_t i = 0; i < options->passed_count; i++)
		words[count++] = options->passed[i];
	words[count] = NULL;
	if (dup2(null_fd, STDIN_FILENO) < 0 || dup2(ends[0], STDOUT_FILENO) < 0 ||
	    dup2(ends[2], STDERR_FILENO) < 0 || dup2(ends[1], CONTROL_FD) < 0)
		_exit(127);
	execute(words);
	_exit(127);
}

/* Ends above 3, so that dup2 in the child overwrites none of them. */
static int lift(int *fd)
{
	int lifted = fcntl(*fd, F_DUPFD_CLOEXEC, 10);

	if (lifted < 0)
		return -errno;
	close(*fd);
	*fd = lifted;
	return 0;
}

/* mine[] and theirs[]: stream, control, error. */
static int open_channels(int *mine, int *theirs)
{
	int pairs[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	int err = 0;

	if (pipe2(pairs[0], O_CLOEXEC) ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pairs[1]) ||
	    pipe2(pairs[2], O_CLOEXEC))
		err = -errno;
	for (int i = 0; i < 3 && !err; i++)
		for (int k = 0; k < 2 && !err; k++)
			err = lift(&pairs[i][k]);
	for (int i = 0; i < 3; i++) {
		mine[i] = pairs[i][0];
		theirs[i] = pairs[i][1];
	}
	return err;
}

static void close_all(const int *fds)
{
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

int tui_child_start(struct tui_child *child, const struct tui_options *options,
		    struct ev_error *why)
{
	int mine[3], theirs[3];
	int err = open_channels(mine, theirs);

	*child = (struct tui_child){ .stream_fd = -1, .control_fd = -1, .error_fd = -1 };
	if (!err) {
		child->pid = fork();
		if (child->pid == 0)
			become_collector(options, theirs);
		err = child->pid < 0 ? -errno : 0;
	}
	close_all(theirs);
	if (err) {
		close_all(mine);
		child->pid = 0;
		return ev_fail(why, err, "the collector cannot be started: %s", strerror(-err));
	}
	child->stream_fd = mine[0];
	child->control_fd = mine[1];
	child->error_fd = mine[2];
	fcntl(child->error_fd, F_SETFL, O_NONBLOCK);
	return 0;
}

void tui_child_tell(struct tui_child *child, const char *line)
{
	char text[256];
	int length = snprintf(text, sizeof(text), "%s\n", line);

	if (child->control_fd >= 0 && length < (int)sizeof(text))
		(void)!send(child->control_fd, text, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Keeps the end of what it says: the latest sentence matters. */
static int read_words(struct tui_child *child)
{
	char text[TUI_CHILD_WORDS_BYTES / 2];
	ssize_t got;
	int any = 0;

	while (child->error_fd >= 0 && (got = read(child->error_fd, text, sizeof(text) - 1)) > 0) {
		size_t have = strlen(child->words);

		text[got] = '\0';
		if (have + (size_t)got >= sizeof(child->words)) {
			size_t drop = have + (size_t)got + 1 - sizeof(child->words);

			memmove(child->words, child->words + drop, have - drop + 1);
			have -= drop;
		}
		memcpy(child->words + have, text, strlen(text) + 1);
		any = 1;
	}
	return any;
}

int tui_child_watch(struct tui_child *child)
{
	int any = read_words(child);

	if (child->pid && !child->exited && waitpid(child->pid, &child->status, WNOHANG) > 0) {
		child->exited = 1;
		read_words(child);
		any = 1;
	}
	return any;
}

void tui_child_wait(struct tui_child *child, int timeout_ms)
{
	struct pollfd stream = { .fd = child->stream_fd, .events = POLLIN };

	if (poll(&stream, 1, timeout_ms) > 0 && !(stream.revents & POLLIN)) {
		struct timespec moment = { 0, 10000000 };

		/* The pipe is closed: the child is about to be gone; wait for its words. */
		for (int i = 0; i < 100 && !child->exited; i++) {
			tui_child_watch(child);
			nanosleep(&moment, NULL);
		}
	}
	tui_child_watch(child);
}

/* The last line that says something, without the program's name before it. */
static const char *last_line(char *words)
{
	const char *line = "";
	char *save = NULL;

	for (char *word = strtok_r(words, "\n", &save); word; word = strtok_r(NULL, "\n", &save))
		if (word[strspn(word, " \t\r")])
			line = word;
	return strncmp(line, "ringlens: ", 10) == 0 ? line + 10 : line;
}

void tui_child_sentence(const struct tui_child *child, char *text, size_t text_bytes)
{
	char words[TUI_CHILD_WORDS_BYTES];
	const char *line;

	text[0] = '\0';
	if (!child->pid || !child->exited)
		return;
	memcpy(words, child->words, sizeof(words));
	line = last_line(words);
	if (WIFSIGNALED(child->status))
		snprintf(text, text_bytes, "The collector was ended by signal %d; %s",
			 WTERMSIG(child->status), line[0] ? line : "this is its last state.");
	else if (WEXITSTATUS(child->status) == 0)
		snprintf(text, text_bytes, "The collector has ended; this is its last state.");
	else
		snprintf(text, text_bytes, "%s",
			 line[0] ? line : "the collector failed without saying why");
}

void tui_child_stop(struct tui_child *child)
{
	struct timespec moment = { 0, 5000000 };

	if (child->control_fd >= 0)
		close(child->control_fd);
	child->control_fd = -1;
	for (int ms = 0; child->pid && !child->exited && ms < STOP_TIMEOUT_MS; ms += 5) {
		tui_child_watch(child); /* also keeps its standard error from filling up */
		nanosleep(&moment, NULL);
	}
	if (child->error_fd >= 0)
		close(child->error_fd);
	child->error_fd = -1;
}

static unsigned long environment_id(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);
	char *end;
	unsigned long id;

	if (!text || !text[0])
		return otherwise;
	id = strtoul(text, &end, 10);
	return *end ? otherwise : id;
}

int tui_child_drop_privileges(struct ev_error *why)
{
	const struct passwd *nobody;
	unsigned long uid, gid;

	if (geteuid() != 0)
		return 0;
	nobody = getpwnam("nobody");
	uid = environment_id("SUDO_UID", nobody ? nobody->pw_uid : 65534);
	gid = environment_id("SUDO_GID", nobody ? nobody->pw_gid : 65534);
	if (uid == 0) { /* sudo from root */
		uid = nobody ? nobody->pw_uid : 65534;
		gid = nobody ? nobody->pw_gid : 65534;
	}
	if (setgroups(0, NULL) || setgid((gid_t)gid) || setuid((uid_t)uid))
		return ev_fail(why, -errno, "privileges cannot be dropped: %s", strerror(errno));
	if (setuid(0) == 0)
		return ev_fail(why, -EPERM, "privileges could be taken back: not going on");
	return 0;
}

static int is_trace(int fd)
{
	char start[sizeof(EV_FILE_MAGIC) - 1];
	ssize_t got = pread(fd, start, sizeof(start), 0);

	/* What is shorter, or cannot be looked into, is for the reader of traces to explain. */
	return got < (ssize_t)sizeof(start) || !memcmp(start, EV_FILE_MAGIC, sizeof(start));
}

/* In the child: never returns. A file from elsewhere is not read with privileges. */
static void become_converter(int input_fd, int output_fd, int error_fd)
{
	const char *words[] = { "ringlens", "record", "-i", "-", "-o", "-", NULL };
	struct ev_error why;

	if (dup2(input_fd, STDIN_FILENO) < 0 || dup2(output_fd, STDOUT_FILENO) < 0 ||
	    dup2(error_fd, STDERR_FILENO) < 0)
		_exit(127);
	if (tui_child_drop_privileges(&why)) {
		dprintf(STDERR_FILENO, "%s\n", why.text);
		_exit(127);
	}
	execute(words);
	_exit(127);
}

/* Its words are read while it works, so that it never waits for that. */
static int await_converter(struct tui_child *child, const char *path, struct ev_error *why)
{
	static const char its_name[] = "standard input: "; /* for what has a path here */
	char sentence[EV_ERROR_TEXT_BYTES];
	const char *said = sentence;

	while (!child->exited) {
		struct pollfd words = { .fd = child->error_fd, .events = POLLIN };

		poll(&words, 1, 20);
		tui_child_watch(child);
	}
	if (WIFEXITED(child->status) && WEXITSTATUS(child->status) == 0)
		return 0;
	tui_child_sentence(child, sentence, sizeof(sentence));
	if (!strncmp(said, its_name, sizeof(its_name) - 1))
		said += sizeof(its_name) - 1;
	return ev_fail(why, -ECHILD, "%s: %s", path, said);
}

static int run_converter(int input_fd, int output_fd, const char *path, struct ev_error *why)
{
	struct tui_child child = { .stream_fd = -1, .control_fd = -1, .error_fd = -1 };
	int ends[2], err = 0;

	if (pipe2(ends, O_CLOEXEC))
		return ev_fail(why, -errno, "no pipe: %s", strerror(errno));
	child.pid = fork();
	if (child.pid == 0)
		become_converter(input_fd, output_fd, ends[1]);
	if (child.pid < 0)
		err = ev_fail(why, -errno, "the collector cannot be started: %s", strerror(errno));
	close(ends[1]);
	child.error_fd = ends[0];
	fcntl(child.error_fd, F_SETFL, O_NONBLOCK);
	if (!err)
		err = await_converter(&child, path, why);
	close(child.error_fd);
	return err;
}

/* Into a file without a name; its descriptor, or negative errno. */
static int convert(int input_fd, const char *path, struct ev_error *why)
{
	FILE *copy = tmpfile();
	int fd;

	if (!copy)
		return ev_fail(why, -errno,
			       "no room for a copy of the recording in the directory of "
			       "temporary files: %s",
			       strerror(errno));
	fd = run_converter(input_fd, fileno(copy), path, why);
	if (!fd) {
		fd = fcntl(fileno(copy), F_DUPFD_CLOEXEC, 3);
		if (fd < 0)
			fd = ev_fail(why, -errno, "%s: its copy cannot be kept open: %s", path,
				     strerror(errno));
	}
	fclose(copy);
	return fd;
}

int tui_child_convert(const char *path, struct ev_error *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int converted = 0;

	if (fd < 0)
		return 0; /* the reader of traces says why */
	if (!is_trace(fd))
		converted = convert(fd, path, why);
	close(fd);
	if (converted > 0)
		lseek(converted, 0, SEEK_SET);
	return converted;
}
