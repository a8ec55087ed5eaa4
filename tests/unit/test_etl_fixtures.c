/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Real Windows traces, where they are at hand (RINGLENS_ETL_TRACES): what other programs read in
 * them is what we read. They are other people's, so they are not in this tree; without them the
 * test skips.
 *
 *    derived/FOLDER_FILE.counts.json   events of each kind
 *    derived/net.4.5.2.x64.diskio.csv  every disk event of one trace, with its depth and file name;
 *                                      from its rows also who used the disk, as the model says it
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "model/model.h"
#include "windows-etw/etw_schema.h"
#include "windows-etw/etw_source.h"
#include "windows-etw/etw_text.h"

enum { LINE_BYTES = 4096, FILES_MAX = 20000, TICK_NS = 100 };

static const char *path_of(char path[512], const char *folder, const char *file)
{
	snprintf(path, 512, "%s/%s/%s", ETL_TRACES, folder, file);
	return path;
}

static struct etl_reader *open_trace(const char *folder, const char *file)
{
	static char path[512];
	struct etl_reader *reader;
	struct ev_error why;

	path_of(path, folder, file);
	if (etl_reader_open(&reader, open(path, O_RDONLY), path, &why))
		fail_msg("%s", why.text);
	return reader;
}

static uint64_t count_of(const struct etl_reader *reader, const char *kind)
{
	size_t kinds;
	const struct etl_count *count = etl_counts_get(etl_reader_counts(reader), &kinds);
	char text[ETL_COUNT_TEXT_BYTES];

	for (size_t i = 0; i < kinds; i++)
		if (!strcmp(etl_count_text(&count[i], text), kind))
			return count[i].count;
	return 0;
}

/* Lines `"kind": count` behind "counts", as many kinds as the reader met. */
static void compare_counts(const struct etl_reader *reader, FILE *wanted)
{
	char line[LINE_BYTES], kind[LINE_BYTES];
	size_t kinds = 0, met;
	uint64_t count;
	int in_counts = 0;

	while (fgets(line, sizeof(line), wanted)) {
		in_counts |= strstr(line, "\"counts\"") != NULL;
		if (!in_counts || sscanf(line, " \"%[^\"]\": %" SCNu64, kind, &count) != 2)
			continue;
		kinds++;
		if (count_of(reader, kind) != count)
			fail_msg("%s: %" PRIu64 ", wanted %" PRIu64, kind, count_of(reader, kind),
				 count);
	}
	etl_counts_get(etl_reader_counts(reader), &met);
	assert_true(kinds > 0);
	assert_int_equal(kinds, met);
}

static void counts_of(const char *name)
{
	char folder[64], file[256], path[512];
	const struct etw_event *event;
	struct etl_reader *reader;
	struct ev_error why;
	FILE *wanted;
	int got;

	assert_int_equal(sscanf(name, "%63[^_]_%255s", folder, file), 2);
	file[strlen(file) - strlen(".counts.json")] = 0;
	reader = open_trace(folder, file);
	while ((got = etl_reader_next(reader, &event, &why)) > 0)
		;
	assert_int_equal(got, 0);
	wanted = fopen(path_of(path, "derived", name), "r");
	assert_non_null(wanted);
	compare_counts(reader, wanted);
	assert_int_equal(etl_reader_losses(reader).damaged, 0);
	assert_int_equal(etl_reader_losses(reader).truncated, 0);
	assert_int_equal(etl_reader_losses(reader).late, 0);
	fclose(wanted);
	etl_reader_close(reader);
}

static void counts(void **state)
{
	DIR *folder = opendir(ETL_TRACES "/derived");
	struct dirent *entry;
	int files = 0;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (!strstr(entry->d_name, ".counts.json"))
			continue;
		counts_of(entry->d_name);
		files++;
	}
	closedir(folder);
	assert_true(files >= 11);
}

/* Every COMMAND of the trace, and the names that FILE numbers have at the end. */
struct disk {
	struct ev_command *commands;
	size_t count;
	char *names[FILES_MAX];
};

static void keep(struct disk *disk, const struct ev_header *event)
{
	const struct ev_file *file = (const struct ev_file *)event;
	size_t bytes = event->size_bytes - sizeof(*file);

	if (event->kind == EV_COMMAND) {
		disk->commands =
			realloc(disk->commands, (disk->count + 1) * sizeof(*disk->commands));
		memcpy(&disk->commands[disk->count++], event, sizeof(*disk->commands));
	} else if (event->kind == EV_FILE) {
		assert_true(file->file < FILES_MAX);
		free(disk->names[file->file]);
		disk->names[file->file] = calloc(1, bytes + 1);
		memcpy(disk->names[file->file], file + 1, bytes);
	}
}

static void read_disk(struct disk *disk, struct model *model)
{
	static char path[512];
	const struct ev_header *event;
	struct etw_source *source;
	struct ev_error why;

	path_of(path, "perfview", "net.4.5.2.x64.etl");
	assert_int_equal(etw_source_open(&source, open(path, O_RDONLY), path, &why), 0);
	while (etw_source_next(source, &event, &why) > 0) {
		keep(disk, event);
		assert_int_equal(model_event(model, event), 0);
	}
	assert_int_equal(etw_source_stats(source).no_start, 0);
	assert_int_equal(etw_source_stats(source).too_short, 0);
	assert_int_equal(etw_source_stats(source).unknown_version, 0);
	etw_source_close(source);
}

/* Columns of the table. */
enum {
	COLUMN_NAME = 2,
	COLUMN_CPU = 4,
	COLUMN_QPC = 5,
	COLUMN_PID = 8, /* of the thread that ran when it started … */
	COLUMN_RAN = 9, /* … which need not be the one that asked for it */
	COLUMN_IRP = 10,
	COLUMN_TID = 11,
	COLUMN_DISK = 12,
	COLUMN_FLAGS = 13,
	COLUMN_PRIORITY = 14,
	COLUMN_SIZE = 15,
	COLUMN_OFFSET = 16,
	COLUMN_RESPONSE = 19,
	COLUMN_DEPTH = 20,
	COLUMN_FILE = 21,
	COLUMNS = 22,
};

static void split(char *line, char *columns[COLUMNS])
{
	line[strcspn(line, "\r\n")] = 0;
	for (int i = 0; i < COLUMNS; i++) {
		columns[i] = line;
		line += strcspn(line, i + 1 < COLUMNS ? "," : "");
		if (*line)
			*line++ = 0;
	}
}

static uint64_t number(const char *text)
{
	return strtoull(text, NULL, 0);
}

static uint8_t op_of(const char *name)
{
	return !strcmp(name, "Read")	? EV_COMMAND_READ
	       : !strcmp(name, "Write") ? EV_COMMAND_WRITE
					: EV_COMMAND_FLUSH;
}

/* The end of a command against its row. Its start is checked by the response time. */
static void compare_end(const struct disk *disk, const struct ev_command *command, char *columns[])
{
	const char *file = command->file ? disk->names[command->file] : "";

	assert_int_equal(command->end, EV_END_COMPLETED);
	assert_int_equal(command->op, op_of(columns[COLUMN_NAME]));
	assert_int_equal(command->h.time_ns, number(columns[COLUMN_QPC]) * TICK_NS);
	assert_int_equal(command->h.cpu, number(columns[COLUMN_CPU]));
	assert_int_equal(command->key, number(columns[COLUMN_IRP]));
	assert_int_equal(command->tid, number(columns[COLUMN_TID]));
	assert_int_equal(command->device, number(columns[COLUMN_DISK]));
	assert_int_equal(command->flags, number(columns[COLUMN_FLAGS]));
	assert_int_equal(command->flags >> 17 & 7, number(columns[COLUMN_PRIORITY]));
	assert_int_equal(command->length_bytes, number(columns[COLUMN_SIZE]));
	assert_int_equal(command->offset_bytes, number(columns[COLUMN_OFFSET]));
	assert_int_equal(command->h.time_ns - command->issue_ns,
			 number(columns[COLUMN_RESPONSE]) * TICK_NS);
	assert_string_equal(file ? file : "", columns[COLUMN_FILE]);
}

static const struct ev_command *started_at(const struct disk *disk, uint64_t irp, uint64_t ns)
{
	for (size_t i = 0; i < disk->count; i++)
		if (disk->commands[i].key == irp && disk->commands[i].issue_ns == ns)
			return &disk->commands[i];
	return NULL;
}

/* How many other commands are under way right after this one's end. */
static uint64_t depth_at_end(const struct disk *disk, const struct ev_command *command)
{
	uint64_t depth = 0;

	for (size_t i = 0; i < disk->count; i++)
		depth += disk->commands[i].issue_ns < command->h.time_ns &&
			 disk->commands[i].h.time_ns > command->h.time_ns;
	return depth;
}

/* What the rows say of each process on the one disk of the trace. */
enum { PROCESSES_MAX = 64, OPEN_MAX = 64, TIDS_MAX = 1 << 16 };
struct wanted {
	uint32_t pids[TIDS_MAX]; /* of threads that asked themselves */
	struct model_use uses[PROCESSES_MAX];
	struct {
		uint64_t irp, start_ns, depth;
		uint32_t pid;
	} open[OPEN_MAX];
	size_t process_count;
	size_t open_count;
	uint64_t last_end_ns;
};

static void want_figure(struct model_figure *figure, uint64_t value)
{
	figure->count++;
	figure->sum += value;
	figure->max = value > figure->max ? value : figure->max;
}

static struct model_use *want_use(struct wanted *wanted, uint32_t pid)
{
	size_t i = 0;

	while (i < wanted->process_count && wanted->uses[i].pid != pid)
		i++;
	assert_true(i < PROCESSES_MAX);
	wanted->process_count += i == wanted->process_count;
	wanted->uses[i].pid = pid;
	return &wanted->uses[i];
}

static void want_start(struct wanted *wanted, char *columns[])
{
	uint64_t tid = number(columns[COLUMN_TID]);
	size_t i = wanted->open_count++;

	assert_true(i < OPEN_MAX && tid < TIDS_MAX);
	if (number(columns[COLUMN_RAN]) == tid)
		wanted->pids[tid] = (uint32_t)number(columns[COLUMN_PID]);
	wanted->open[i].irp = number(columns[COLUMN_IRP]);
	wanted->open[i].start_ns = number(columns[COLUMN_QPC]) * TICK_NS;
	wanted->open[i].depth = number(columns[COLUMN_DEPTH]);
	wanted->open[i].pid = wanted->pids[tid];
}

static void want_end(struct wanted *wanted, char *columns[])
{
	uint64_t end_ns = number(columns[COLUMN_QPC]) * TICK_NS, served_ns;
	struct model_use *use;
	size_t i = 0;

	while (i < wanted->open_count && wanted->open[i].irp != number(columns[COLUMN_IRP]))
		i++;
	assert_true(i < wanted->open_count);
	use = want_use(wanted, wanted->open[i].pid);
	use->commands++;
	use->bytes += number(columns[COLUMN_SIZE]);
	use->priorities[number(columns[COLUMN_PRIORITY])]++;
	want_figure(&use->depth_issue, wanted->open[i].depth);
	want_figure(&use->depth_end, number(columns[COLUMN_DEPTH]));
	want_figure(&use->io_ns, end_ns - wanted->open[i].start_ns);
	served_ns = wanted->open[i].start_ns > wanted->last_end_ns ? wanted->open[i].start_ns
								   : wanted->last_end_ns;
	want_figure(&use->service_ns, end_ns - served_ns);
	wanted->last_end_ns = end_ns;
	wanted->open[i] = wanted->open[--wanted->open_count];
}

static void compare_usage(const struct model *model, const struct wanted *wanted)
{
	const struct model_usage *usage = model_usage_of(model, model_device_find(model, 0));

	assert_non_null(usage);
	assert_int_equal(usage->partial, 0);
	assert_int_equal(usage->at_least, 0);
	assert_int_equal(usage->process_count, wanted->process_count);
	assert_true(usage->process_count > 10);
	for (size_t i = 0; i < usage->process_count; i++) {
		size_t j = 0;

		while (j < wanted->process_count && wanted->uses[j].pid != usage->processes[i].pid)
			j++;
		assert_true(j < wanted->process_count);
		assert_memory_equal(&usage->processes[i], &wanted->uses[j],
				    sizeof(wanted->uses[j]));
	}
}

static void disk_rows(void **state)
{
	static struct disk disk;
	static struct wanted wanted;
	struct model *model = model_new(NULL);
	char path[512], line[LINE_BYTES], *columns[COLUMNS];
	size_t ends = 0, starts = 0;
	FILE *table;

	(void)state;
	assert_non_null(model);
	read_disk(&disk, model);
	table = fopen(path_of(path, "derived", "net.4.5.2.x64.diskio.csv"), "r");
	assert_non_null(table);
	assert_non_null(fgets(line, sizeof(line), table));
	while (fgets(line, sizeof(line), table)) {
		const struct ev_command *command;

		split(line, columns);
		if (strstr(columns[COLUMN_NAME], "Init")) {
			command = started_at(&disk, number(columns[COLUMN_IRP]),
					     number(columns[COLUMN_QPC]) * TICK_NS);
			assert_non_null(command);
			assert_int_equal(command->depth, number(columns[COLUMN_DEPTH]) + 1);
			assert_int_equal(command->issue_cpu, number(columns[COLUMN_CPU]));
			want_start(&wanted, columns);
			starts++;
			continue;
		}
		assert_true(ends < disk.count);
		command = &disk.commands[ends++];
		compare_end(&disk, command, columns);
		assert_int_equal(depth_at_end(&disk, command), number(columns[COLUMN_DEPTH]));
		want_end(&wanted, columns);
	}
	compare_usage(model, &wanted);
	model_free(model);
	assert_int_equal(starts, 1231);
	assert_int_equal(ends, 1231);
	assert_int_equal(disk.count, 1231);
	fclose(table);
	free(disk.commands);
	for (size_t i = 0; i < FILES_MAX; i++)
		free(disk.names[i]);
}

/* A clock of 1 818 300 ticks a second: exact to 100 ns. */
static void odd_clock(void **state)
{
	struct etl_reader *reader = open_trace("tx", "HTTP_Server.etl");
	const struct etw_event *event;
	struct ev_error why;

	(void)state;
	do
		assert_int_equal(etl_reader_next(reader, &event, &why), 1);
	while (event->form != ETW_FORM_EVENT);
	assert_int_equal(event->id, 21);
	assert_int_equal(event->type, 28);
	assert_int_equal(event->level, 4);
	assert_int_equal(event->payload_bytes, 72);
	assert_int_equal(event->keyword, 0x8000000000000010);
	assert_int_equal(etl_clock_filetime(&etl_reader_facts(reader)->clock, event->ticks),
			 129402940472257591);
	etl_reader_close(reader);
}

static void told_losses(void **state)
{
	struct etl_reader *gap = open_trace("tx", "Process.etl");
	struct etl_reader *lost = open_trace("s4", "WindowsUpdate.etl");

	(void)state;
	assert_int_equal(etl_reader_losses(gap).session_buffers, 2);
	assert_int_equal(etl_reader_losses(gap).session_events, 0);
	assert_int_equal(etl_reader_losses(lost).session_events, 41);
	assert_int_equal(etl_reader_losses(lost).session_buffers, 0);
	etl_reader_close(gap);
	etl_reader_close(lost);
}

/* What TraceEvent reads in the five self-describing events: the name of a planet, and numbers that
 * are multiples of one of them. */
static const struct {
	const char *name;
	int64_t number; /* uint16_type */
	int64_t is;	/* boolean_type */
} planets[] = { { "Mercury", 51, 0 },
		{ "Venus", 95, 1 },
		{ "Earth", 65, 0 },
		{ "Mars", 29, 0 },
		{ "Jupiter", 69, 1 } };

static void check_planet(const struct etw_schema_field *field, size_t planet)
{
	int64_t one = planets[planet].number;
	const struct {
		const char *name;
		int64_t value;
	} wanted[] = {
		{ "boolean_type", planets[planet].is },
		{ "char_type", planets[planet].name[0] },
		{ "int16_type", -one },
		{ "int32_type", -2 * one },
		{ "uint16_type", one },
		{ "uint32_type", 2 * one },
		{ "int64_type", -4 * one },
		{ "uint64_type", 4 * one },
	};
	uint64_t is;
	char text[64];

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (strcmp(field->name, wanted[i].name))
			continue;
		assert_int_equal(etw_schema_number(field, &is), 1);
		assert_int_equal((int64_t)is, wanted[i].value);
	}
	if (!strcmp(field->name, "string_type")) {
		assert_int_equal(field->type, ETW_SCHEMA_NARROW);
		etw_text_narrow(text, sizeof(text), field->value, field->value_bytes);
		assert_string_equal(text, planets[planet].name);
	}
}

static void self_describing(void **state)
{
	struct etl_reader *reader = open_trace("perfview", "primitive-types.etl");
	const struct etw_event *event;
	struct ev_error why;
	size_t events = 0;

	(void)state;
	while (etl_reader_next(reader, &event, &why) > 0) {
		struct etw_schema_field field;
		struct etw_schema schema;
		int got, fields = 0;

		if (!event->schema)
			continue;
		assert_true(events < 5);
		assert_int_equal(etw_schema_open(&schema, event), 0);
		assert_string_equal(schema.name, "PrimitiveTypesTest");
		while ((got = etw_schema_next(&schema, &field)) > 0) {
			check_planet(&field, events);
			fields++;
		}
		assert_int_equal(got, 0);
		assert_int_equal(fields, 12);
		assert_int_equal(schema.value_left, 0);
		events++;
	}
	assert_int_equal(events, 5);
	etl_reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),	   cmocka_unit_test(disk_rows),
		cmocka_unit_test(odd_clock),	   cmocka_unit_test(told_losses),
		cmocka_unit_test(self_describing),
	};

	if (access(ETL_TRACES "/derived", R_OK)) {
		printf("SKIP: no real Windows traces in %s (cmake -DRINGLENS_ETL_TRACES=FOLDER)\n",
		       ETL_TRACES);
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
