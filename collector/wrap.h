/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_WRAP_H
#define COLLECTOR_WRAP_H
/* Paragraphs in 80 columns behind a hanging label. */

#include <stdio.h>

enum { WRAP_COLUMNS = 80 };

/* Prints `label` at the left edge and `text` from column `indent` on, broken at blanks; a word that
 * is longer than a line is broken where the line ends. A label that reaches into the text stands on
 * a line of its own. */
void wrap_print(FILE *out, const char *label, int indent, const char *text);
/* Columns that UTF-8 text takes, one a character: good enough for names. */
int wrap_width(const char *text);

#endif
