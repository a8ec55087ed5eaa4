/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Buffer header, 72 bytes:
 *
 *    00 u32 bytes in the file   10 u64 time of flush   18 u64 sequence number
 *    28 u16 processor           30 u32 end of data, expanded
 *    34 u16 flags               36 u16 type
 *
 * Other fields are ignored: they are stale in some files and beyond the buffer in others. Where
 * flag 0x20 is not set, the upper byte of the processor is an alignment.
 */
#include "windows-etw/etl_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event/descriptor.h"
#include "windows-etw/etl_record.h"
#include "windows-etw/etl_xpress.h"
#include "windows-etw/etw_bytes.h"
#include "windows-etw/etw_text.h"

enum { CPU_INDEX_MASK = 0x7ff, COPY_BYTES = 1 << 16 };

/* Copies a pipe to a file without a name, which is gone with the process, and reads that. */
static int spool(struct etl_file *file, struct ev_error *why)
{
	static const char cannot[] = "%s: an event trace (ETL) is read twice, and there is no room "
				     "to keep what comes through the pipe: %s";
	uint8_t data[COPY_BYTES];
	FILE *to = tmpfile();
	int64_t got;

	if (!to)
		return ev_fail(why, -errno, cannot, file->name, strerror(errno));
	file->spool = to;
	while ((got = ev_descriptor_read(file->fd, data, sizeof(data))) > 0) {
		for (int64_t done = 0; done < got;) {
			int64_t put =
				ev_descriptor_write(fileno(to), data + done, (size_t)(got - done));

			if (put < 0)
				return ev_fail(why, (int)put, cannot, file->name,
					       strerror((int)-put));
			done += put;
		}
	}
	if (got < 0)
		return ev_fail(why, (int)got, "%s: cannot be read: %s", file->name,
			       strerror((int)-got));
	ev_descriptor_close(file->fd);
	file->fd = fileno(to);
	return 0;
}

int etl_file_open(struct etl_file *file, int fd, const char *name, struct ev_error *why)
{
	int err = 0;

	*file = (struct etl_file){ .fd = fd, .name = name, .at = UINT64_MAX };
	if (ev_descriptor_seek(fd, 0) < 0)
		err = spool(file, why);
	if (err)
		etl_file_close(file);
	return err;
}

void etl_file_close(struct etl_file *file)
{
	if (file->fd >= 0 && !(file->spool && file->fd == fileno(file->spool)))
		ev_descriptor_close(file->fd);
	if (file->spool)
		fclose(file->spool);
	*file = (struct etl_file){ .fd = -1 };
}

int64_t etl_file_read(struct etl_file *file, uint64_t offset, void *data, size_t bytes,
		      struct ev_error *why)
{
	int64_t got = file->at == offset ? 0 : ev_descriptor_seek(file->fd, offset);
	size_t have = 0;

	file->at = UINT64_MAX;
	if (got < 0)
		return ev_fail(why, (int)got, "%s: cannot go to byte %" PRIu64 ": %s", file->name,
			       offset, strerror((int)-got));
	do {
		got = ev_descriptor_read(file->fd, (uint8_t *)data + have, bytes - have);
		if (got < 0)
			return ev_fail(why, (int)got, "%s: cannot be read: %s", file->name,
				       strerror((int)-got));
		have += (size_t)got;
	} while (got && have < bytes);
	file->at = offset + have;
	return (int64_t)have;
}

/* Space that was reserved and never written. */
static int blank(const uint8_t *at)
{
	return (etw_u32(at) == 0 && etw_u32(at + 0x30) == 0 && etw_u64(at + 0x10) == 0) ||
	       (etw_u32(at) == 0xffffffff && etw_u32(at + 0x30) == 0xffffffff);
}

int etl_buffer_read(const uint8_t *at, size_t bytes, struct etl_buffer *ret_buffer)
{
	struct etl_buffer buffer = { 0 };

	if (bytes < ETL_BUFFER_HEADER_BYTES)
		return -EBADMSG;
	if (blank(at))
		return 0;
	buffer.file_bytes = etw_u32(at);
	buffer.flush_ticks = etw_u64(at + 0x10);
	buffer.sequence = etw_u64(at + 0x18);
	buffer.cpu = etw_u16(at + 0x28);
	buffer.state = etw_u32(at + 0x2c);
	buffer.data_bytes = etw_u32(at + 0x30);
	buffer.flags = etw_u16(at + 0x34);
	buffer.type = etw_u16(at + 0x36);
	buffer.cpu &= buffer.flags & ETL_FLAG_CPU_INDEX ? CPU_INDEX_MASK : 0xff;
	if (buffer.file_bytes < ETL_BUFFER_HEADER_BYTES ||
	    buffer.file_bytes > ETL_BUFFER_BYTES_MAX ||
	    buffer.data_bytes < ETL_BUFFER_HEADER_BYTES || buffer.data_bytes > ETL_BUFFER_BYTES_MAX)
		return -EBADMSG;
	if (!(buffer.flags & ETL_FLAG_COMPRESSED) && buffer.data_bytes > buffer.file_bytes)
		return -EBADMSG;
	*ret_buffer = buffer;
	return 1;
}

uint64_t etl_buffer_first_ticks(const uint8_t *at, size_t bytes, const struct etl_buffer *buffer)
{
	uint8_t start[24];
	const uint8_t *record = at + ETL_BUFFER_HEADER_BYTES;
	size_t left = bytes - ETL_BUFFER_HEADER_BYTES;
	uint64_t ticks;

	if (left > buffer->file_bytes - ETL_BUFFER_HEADER_BYTES)
		left = buffer->file_bytes - ETL_BUFFER_HEADER_BYTES;
	if (buffer->flags & ETL_FLAG_COMPRESSED) {
		int64_t got = etl_xpress_expand(record, left, start, sizeof(start));

		record = start;
		left = got > 0 ? (size_t)got : 0;
	}
	ticks = etl_record_ticks(record, (uint32_t)left);
	return ticks == UINT64_MAX ? buffer->flush_ticks : ticks;
}

/* Offsets of the trace header's fields behind its two pointers. */
struct layout {
	uint32_t frequency, start, clock, lost, names;
};

static void read_facts(const uint8_t *at, uint32_t bytes, const struct layout *layout,
		       struct etl_header_facts *facts)
{
	facts->buffer_bytes = etw_u32(at);
	facts->os_build = etw_u32(at + 8);
	facts->cpu_count = etw_u32(at + 12);
	facts->pointer_bytes = etw_u32(at + 44);
	facts->events_lost = etw_u32(at + 48);
	facts->buffers_lost = etw_u32(at + layout->lost);
	etw_text_wide(facts->session, sizeof(facts->session), at + layout->names,
		      bytes - layout->names);
}

int etl_header_read(const uint8_t *records, size_t bytes, const char *name,
		    struct etl_header_facts *ret_facts, struct ev_error *why)
{
	static const struct layout narrow = { 248, 256, 264, 268, 272 };
	static const struct layout wide = { 256, 264, 272, 276, 280 };
	const struct layout *layout;
	struct etl_clock_terms terms;
	struct etw_event event;
	int32_t size = etl_record_read(records, (uint32_t)bytes, &event);

	layout = size > 0 && event.pointer_bytes == 4 ? &narrow : &wide;
	if (size <= 0 || event.form != ETW_FORM_SYSTEM || event.group || event.type ||
	    event.payload_bytes < layout->names)
		return ev_fail(why, -EBADMSG,
			       "%s begins like a Windows event trace (ETL), but its trace header "
			       "is damaged or missing, and with it its clock: nothing in it can be "
			       "dated",
			       name);
	terms = (struct etl_clock_terms){
		.type = etw_u32(event.payload + layout->clock),
		.cpu_mhz = etw_u32(event.payload + 52),
		.counter_frequency = etw_u64(event.payload + layout->frequency),
		.base_ticks = event.ticks,
		.base_filetime = etw_u64(event.payload + layout->start),
	};
	*ret_facts = (struct etl_header_facts){ 0 };
	read_facts(event.payload, event.payload_bytes, layout, ret_facts);
	if (ret_facts->pointer_bytes != 4 && ret_facts->pointer_bytes != 8)
		return ev_fail(why, -EBADMSG,
			       "%s: its header says that pointers have %" PRIu32 " bytes", name,
			       ret_facts->pointer_bytes);
	return etl_clock_init(&ret_facts->clock, &terms, name, why);
}
