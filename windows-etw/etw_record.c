/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/* From the API's words to ours: etw_record.h. */
#include "windows-etw/etw_record.h"

static uint8_t form_of(const struct etw_record *record, uint8_t group)
{
	if (record->flags & ETW_RECORD_MESSAGE)
		return ETW_FORM_MESSAGE;
	if (!(record->flags & ETW_RECORD_CLASSIC))
		return ETW_FORM_EVENT;
	if (group == ETW_GROUP_NONE)
		return ETW_FORM_CLASSIC;
	return record->tid == ETW_ID_NONE ? ETW_FORM_PERFINFO : ETW_FORM_SYSTEM;
}

void etw_record_event(const struct etw_record *record, struct etw_event *ret_event)
{
	uint8_t group = record->flags & ETW_RECORD_CLASSIC ? etw_guid_group(&record->provider)
							   : ETW_GROUP_NONE;

	*ret_event = (struct etw_event){
		.ticks = record->ticks,
		.payload = record->payload,
		.schema = record->schema,
		.provider = record->provider,
		.payload_bytes = record->payload_bytes,
		.schema_bytes = record->schema_bytes,
		.cpu = record->cpu,
		.pid = record->pid,
		.tid = record->tid,
		.id = record->id,
		.form = form_of(record, group),
		.group = group,
		.type = record->opcode,
		.version = record->version,
		.level = record->level,
		.pointer_bytes = record->flags & ETW_RECORD_32BIT ? 4 : 8,
		.keyword = record->keyword,
	};
}
