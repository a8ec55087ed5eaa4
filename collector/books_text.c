/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* All terms are printed, also those that are 0: a reader checks the sum, not our word for it. */
#include "collector/books_text.h"

#include <inttypes.h>

void books_text_add(struct phrase *phrase, const struct model_books *books)
{
	phrase_add(phrase,
		   "%" PRIu64 " submitted = %" PRIu64 " completed + %" PRIu64 " failed + %" PRIu64
		   " overflowed + %" PRIu64 " skipped + %" PRIu64 " open + %" PRIu64 " lost",
		   books->submitted, books->completed, books->failed, books->overflowed,
		   books->skipped, books->open, books->lost);
	phrase_add(phrase, books->balanced ? " (balanced)" : " (DOES NOT BALANCE)");
	if (books->unmatched)
		phrase_add(phrase,
			   "; besides, %" PRIu64
			   " completions of requests whose submission was not seen",
			   books->unmatched);
	if (books->older)
		phrase_add(phrase,
			   "; besides, %" PRIu64
			   " completions of requests older than the recording",
			   books->older);
	if (books->forgotten)
		phrase_add(phrase, "; besides, %" PRIu64 " completions of requests counted as lost",
			   books->forgotten);
}
