/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef COLLECTOR_BOOKS_TEXT_H
#define COLLECTOR_BOOKS_TEXT_H
/* The equation every recording must satisfy, in words: `report` and `record` print the same. */
#include "collector/phrase.h"
#include "model/model.h"

void books_text_add(struct phrase *phrase, const struct model_books *books);

#endif
