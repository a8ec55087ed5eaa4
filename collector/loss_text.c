/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* Loss is data, and it is always said aloud: loss_text.h. */
#include "collector/loss_text.h"

#include <inttypes.h>
#include <stdio.h>

#include "collector/wrap.h"
#include "event/names.h"

enum { LOSS_INDENT = 10 };

void loss_text_add_short(struct phrase *phrase, const struct model_loss *loss)
{
	if (loss->count)
		phrase_add(phrase, "%s%" PRIu64 " lost at the ",
			   loss->uncountable ? "more than " : "", loss->count);
	else
		phrase_add(phrase, "lost, not known how many, at the ");
	if (!*ev_loss_where(loss->loss)) {
		phrase_add(phrase, "place number %" PRIu32 ", which this version does not know",
			   loss->loss);
		return;
	}
	phrase_add(phrase, "%s: %s", ev_loss_where(loss->loss), ev_loss_why(loss->loss));
}

void loss_text_add(struct phrase *phrase, const struct model_loss *loss)
{
	loss_text_add_short(phrase, loss);
	if (*ev_loss_advice(loss->loss))
		phrase_add(phrase, "; %s", ev_loss_advice(loss->loss));
}

void loss_text_print(const struct model *model)
{
	for (size_t i = 0; i < model_loss_count(model); i++) {
		struct phrase phrase;
		char text[512];

		phrase_init(&phrase, text, sizeof(text));
		loss_text_add(&phrase, model_loss_at(model, i));
		wrap_print(stderr, "ringlens:", LOSS_INDENT, text);
	}
}
