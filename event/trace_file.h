/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef EVENT_TRACE_FILE_H
#define EVENT_TRACE_FILE_H
/*
 * The bytes of a trace file, as structs. docs/format.md is the norm and explains each choice; a
 * test proves that both say the same. All numbers are little-endian.
 *
 *     file   = file header, block, block, …          a pipe carries the same bytes
 *     block  = block header, body                    the body is compressed by the block's codec
 *     body   = directory, payload, payload, …        one payload a column
 */
#include <stdint.h>

/* The first byte is no text, and the line ends show a transfer that changes them. */
#define EV_FILE_MAGIC "\x89RLT\r\n\x1a\n"

enum { EV_FILE_VERSION = 1 };

struct ev_file_header {
	uint8_t magic[8];
	uint16_t version;
	uint16_t header_bytes; /* a reader skips what it does not know */
	uint32_t compatible;   /* features an older reader may ignore: none so far */
	uint32_t incompatible; /* features an older reader must refuse: none so far */
	uint32_t reserved[2];
	uint32_t checksum; /* CRC-32C of the 28 bytes before it */
};

enum {
	EV_BLOCK_MAGIC = 0x424c5289, /* 89 'R' 'L' 'B' */
	EV_BLOCK_DEFINITIONS = 1,    /* holds SESSION, PROCESS, QUEUE, QUEUE_END, FILE or DEVICE */
};

struct ev_block_header {
	uint32_t magic;
	uint16_t header_bytes;
	uint8_t codec;	   /* enum ev_codec */
	uint8_t flags;	   /* EV_BLOCK_* */
	uint64_t sequence; /* 0, 1, 2, … */
	uint64_t first_ns;
	uint64_t last_ns;
	uint32_t event_count;
	uint32_t packed_bytes; /* of the body before compression */
	uint32_t stored_bytes; /* that follow this header */
	uint32_t reserved[3];
	uint32_t body_checksum;	  /* CRC-32C of the stored bytes */
	uint32_t header_checksum; /* CRC-32C of the 60 bytes before it */
};

_Static_assert(sizeof(struct ev_file_header) == 32, "layout");
_Static_assert(sizeof(struct ev_block_header) == 64, "layout");

/* What a reader accepts, so that no file can make it take more memory than this. */
enum {
	EV_BLOCK_EVENTS_MAX = 65536,
	EV_BLOCK_KINDS_MAX = 64,
	EV_BLOCK_BYTES_MAX = 16 << 20, /* packed, and stored */
};

/* Keys of columns. A field's key is its offset in the struct, which can never change. */
enum {
	EV_KEY_ORDER = 0, /* section 0: kind of each event; missing: all are of the one kind */
	EV_KEY_TIME = 8,  /* section 0: time_ns of all events */
	EV_KEY_TAIL_LENGTH = 0, /* other sections: bytes of each event's variable part */
	EV_KEY_TAIL_BYTES = 1,	/* all variable parts, one behind the other */
};

/* What a column stores instead of its values. */
enum ev_transform {
	EV_TRANSFORM_PLAIN = 0, /* the values */
	EV_TRANSFORM_DELTA = 1, /* differences to the value before */
	EV_TRANSFORM_REF = 2,	/* differences to another column of the same event */
	EV_TRANSFORM_TURN = 3,	/* times, from the end of the last event with the same tag */
	EV_TRANSFORM_TAG = 4,	/* differences to the value of the last event with the same tag */
	EV_TRANSFORM_COUNT = 5,
};

/* Different values a column may have for the transforms that take it for a tag. */
enum { EV_TAGS_MAX = 256 };

/* How the numbers that are left are written down. */
enum ev_coding {
	EV_CODING_CONST = 0,  /* one number for all */
	EV_CODING_PACKED = 1, /* a fixed number of bits each */
	EV_CODING_DICT = 2,   /* an index of at most 256 numbers, in 1, 2, 4 or 8 bits */
	EV_CODING_SPLIT = 3,  /* 1, 2, 3 or 8 bytes, lowest bytes first, then second bytes, … */
	EV_CODING_BYTES = 4,  /* EV_KEY_TAIL_BYTES: as they are */
	EV_CODING_COUNT = 5,
};

/* In the shift of EV_CODING_SPLIT: what is left of the numbers is signed and folded. */
enum { EV_SPLIT_FOLDED = 0x80 };

#endif
