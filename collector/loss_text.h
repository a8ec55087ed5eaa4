/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_LOSS_TEXT_H
#define COLLECTOR_LOSS_TEXT_H
/* One loss as a sentence: how many, where, why, what to do. */
#include "collector/phrase.h"
#include "event/record.h"
#include "model/model.h"

void loss_text_add(struct phrase *phrase, const struct model_loss *loss);
/* The same without what to do. */
void loss_text_add_short(struct phrase *phrase, const struct model_loss *loss);
/* All losses of a model, a sentence a line on stderr, named after the program. */
void loss_text_print(const struct model *model);

#endif
