/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * The terminal, by ncurses.
 *
 * A canvas is shown by writing every row and letting curses work out what has changed. Runs of one
 * style go out as one string. curses keeps globals, so this file keeps its own beside them: there
 * is one terminal.
 *
 * However the program ends, the terminal is given back: orderly by tui_curses_close(), and from the
 * handler of a deadly signal by tui_curses_rescue(), which only writes bytes prepared at the start
 * and puts the saved line settings back; both are safe in a handler.
 */
#include "tui/curses.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tui/theme.h"

enum { RESCUE_BYTES = 512, ESCAPE_DELAY_MS = 25, REDRAW = 'L' & 0x1f };

static struct {
	SCREEN *screen;
	FILE *input;
	int colors;
	struct termios before;
	volatile sig_atomic_t open;
	char rescue[RESCUE_BYTES];
	size_t rescue_bytes;
} terminal;

/* Adds a capability to what a rescue writes, without its padding marks ("$<5>"). */
static void prepare(const char *sequence)
{
	if (!sequence || sequence == (const char *)-1)
		return;
	while (*sequence && terminal.rescue_bytes < RESCUE_BYTES) {
		if (sequence[0] == '$' && sequence[1] == '<') {
			sequence += strcspn(sequence, ">");
			sequence += *sequence == '>';
			continue;
		}
		terminal.rescue[terminal.rescue_bytes++] = *sequence++;
	}
}

static void prepare_rescue(void)
{
	static const char *const capabilities[] = { "sgr0", "op", "rmkx", "cnorm", "rmcup" };

	terminal.rescue_bytes = 0;
	if (tigetstr("kmous") && tigetstr("kmous") != (char *)-1)
		prepare("\033[?1000l\033[?1006l"); /* curses sends these itself, unnamed */
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++)
		prepare(tigetstr(capabilities[i]));
}

void tui_curses_rescue(void)
{
	if (!terminal.open)
		return;
	terminal.open = 0;
	(void)!write(STDOUT_FILENO, terminal.rescue, terminal.rescue_bytes);
	tcsetattr(STDOUT_FILENO, TCSANOW, &terminal.before);
}

static attr_t attributes_of(uint8_t attributes)
{
	attr_t result = A_NORMAL;

	if (attributes & TUI_ATTR_BOLD)
		result |= A_BOLD;
	if (attributes & TUI_ATTR_DIM)
		result |= A_DIM;
	if (attributes & TUI_ATTR_REVERSE)
		result |= A_REVERSE;
	if (attributes & TUI_ATTR_UNDERLINE)
		result |= A_UNDERLINE;
	return result;
}

static attr_t look_of(int style)
{
	const struct tui_look *look = tui_theme(style);

	if (!terminal.colors)
		return attributes_of(look->no_color);
	return attributes_of(look->attributes) | COLOR_PAIR(style + 1);
}

static void start_colors(int no_color)
{
	terminal.colors = !no_color && has_colors() && start_color() == OK &&
			  use_default_colors() == OK && COLOR_PAIRS > TUI_STYLE_COUNT;
	for (int style = 0; terminal.colors && style < TUI_STYLE_COUNT; style++)
		init_pair((short)(style + 1), tui_theme(style)->text, tui_theme(style)->ground);
}

/* Where the cursor cannot go up (TERM=dumb), a picture is drawn over itself in one line. */
static int open_screen(void)
{
	terminal.screen = newterm(NULL, stdout, terminal.input);
	if (!terminal.screen)
		return 0;
	if (mvcur(1, 1, 0, 0) != ERR)
		return 1;
	endwin();
	delscreen(terminal.screen);
	terminal.screen = NULL;
	return 0;
}

int tui_curses_open(int no_color, struct ev_error *why)
{
	if (!isatty(STDOUT_FILENO) || tcgetattr(STDOUT_FILENO, &terminal.before))
		return ev_fail(why, -ENOTTY,
			       "standard output is no terminal: --once prints the rings as text");
	terminal.input = isatty(STDIN_FILENO) ? stdin : fopen("/dev/tty", "re");
	if (!terminal.input)
		return ev_fail(why, -errno, "/dev/tty: %s: there is no keyboard to read",
			       strerror(errno));
	if (!open_screen())
		return ev_fail(why, -ENOTTY,
			       "this terminal cannot be used (is TERM right?): --once prints the "
			       "rings as text");
	terminal.open = 1;
	prepare_rescue();
	start_colors(no_color);
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	set_escdelay(ESCAPE_DELAY_MS);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	mousemask(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	mouseinterval(0); /* a press counts at once: nothing here is dragged or double-clicked */
	return 0;
}

void tui_curses_close(void)
{
	if (!terminal.open)
		return;
	endwin();
	terminal.open = 0;
	delscreen(terminal.screen);
	terminal.screen = NULL;
	if (terminal.input != stdin)
		fclose(terminal.input);
}

void tui_curses_size(int *ret_rows, int *ret_columns)
{
	getmaxyx(stdscr, *ret_rows, *ret_columns);
}

void tui_curses_resize(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
}

/* Longest run of cells of one style from `column` on, as UTF-8. Returns its cells. */
static int run_of(const struct tui_cell *cells, int column, int columns, char *text)
{
	int start = column;

	do {
		tui_canvas_encode(cells[column].code, text);
		text += strlen(text);
		column++;
	} while (column < columns && column - start < 256 &&
		 cells[column].style == cells[start].style);
	return column - start;
}

void tui_curses_show(const struct tui_canvas *canvas)
{
	char text[256 * 4 + 1];

	for (int row = 0; row < canvas->rows; row++) {
		const struct tui_cell *cells =
			&canvas->cells[(size_t)row * (size_t)canvas->columns];

		for (int column = 0; column < canvas->columns;) {
			int length = run_of(cells, column, canvas->columns, text);

			attrset(look_of(cells[column].style));
			mvaddstr(row, column, text);
			column += length;
		}
	}
	refresh();
}

int tui_curses_fd(void)
{
	return fileno(terminal.input);
}

static int mouse(struct tui_input *input)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return TUI_KEY_NONE;
	input->row = event.y;
	input->column = event.x;
	if (event.bstate & BUTTON4_PRESSED)
		return TUI_KEY_WHEEL_UP;
	if (event.bstate & BUTTON5_PRESSED)
		return TUI_KEY_WHEEL_DOWN;
	return event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED) ? TUI_KEY_CLICK : TUI_KEY_NONE;
}

static int key_of(int code)
{
	static const struct {
		int code;
		int key;
	} keys[] = {
		{ '\r', TUI_KEY_ENTER },
		{ KEY_ENTER, TUI_KEY_ENTER },
		{ KEY_UP, TUI_KEY_UP },
		{ KEY_DOWN, TUI_KEY_DOWN },
		{ KEY_LEFT, TUI_KEY_LEFT },
		{ KEY_RIGHT, TUI_KEY_RIGHT },
		{ KEY_SLEFT, TUI_KEY_SHIFT_LEFT },
		{ KEY_SRIGHT, TUI_KEY_SHIFT_RIGHT },
		{ KEY_PPAGE, TUI_KEY_PAGE_UP },
		{ KEY_NPAGE, TUI_KEY_PAGE_DOWN },
		{ KEY_HOME, TUI_KEY_HOME },
		{ KEY_END, TUI_KEY_END },
		{ KEY_SHOME, TUI_KEY_SHIFT_HOME },
		{ KEY_SEND, TUI_KEY_SHIFT_END },
		{ KEY_BTAB, TUI_KEY_BACK_TAB },
		{ KEY_BACKSPACE, TUI_KEY_BACKSPACE },
		{ '\b', TUI_KEY_BACKSPACE },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].code == code)
			return keys[i].key;
	if (code > KEY_F0 && code <= KEY_F(12))
		return TUI_KEY_F0 + (code - KEY_F0);
	return code < 256 ? code : TUI_KEY_NONE;
}

int tui_curses_input(struct tui_input *ret_input)
{
	struct pollfd keyboard = { .fd = tui_curses_fd(), .events = POLLIN };
	int code = getch();

	*ret_input = (struct tui_input){ 0 };
	if (code == ERR) {
		/* Nothing there, or nobody any more: a terminal that hung up stays readable. */
		if (poll(&keyboard, 1, 0) > 0 && keyboard.revents & (POLLHUP | POLLERR | POLLNVAL))
			return -EIO;
		return 0;
	}
	if (code == REDRAW)
		clearok(curscr, TRUE);
	ret_input->key = code == KEY_MOUSE ? mouse(ret_input) : key_of(code);
	return 1;
}

void tui_curses_suspend(void)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	struct sigaction ours;
	sigset_t stop, before;

	def_prog_mode();
	endwin();
	sigaction(SIGTSTP, &plain, &ours);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &before);
	raise(SIGTSTP); /* goes on from here after SIGCONT */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &ours, NULL);
	reset_prog_mode();
	tui_curses_resize();
}
