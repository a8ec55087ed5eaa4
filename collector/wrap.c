/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Words into lines: wrap.h. Characters are counted, not bytes, so that file names in other scripts
 * are not cut inside a character. */
#include "collector/wrap.h"

static int continues(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

int wrap_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += !continues(*text);
	return width;
}

/* Columns of the word at `text`. */
static int word_width(const char *text)
{
	int width = 0;

	for (; *text && *text != ' '; text++)
		width += !continues(*text);
	return width;
}

static int new_line(FILE *out, int indent)
{
	fprintf(out, "\n%*s", indent, "");
	return indent;
}

/* Prints one word from `column` on and returns the column behind it. */
static int print_word(FILE *out, const char **text, int indent, int column)
{
	const char *at = *text;

	for (; *at && *at != ' '; at++) {
		if (column == WRAP_COLUMNS && !continues(*at))
			column = new_line(out, indent);
		column += !continues(*at);
		fputc(*at, out);
	}
	*text = at;
	return column;
}

void wrap_print(FILE *out, const char *label, int indent, const char *text)
{
	int width = wrap_width(label), column = indent;

	fprintf(out, "%s", label);
	if (width >= indent)
		new_line(out, indent);
	else
		fprintf(out, "%*s", indent - width, "");
	while (*text) {
		if (column > indent && column + 1 + word_width(text) > WRAP_COLUMNS) {
			column = new_line(out, indent);
		} else if (column > indent) {
			fputc(' ', out);
			column++;
		}
		column = print_word(out, &text, indent, column);
		if (*text == ' ')
			text++;
	}
	fputc('\n', out);
}
