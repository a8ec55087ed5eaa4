/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * Reads the kernel's BTF and decides which argument of which tracepoint is what. The number of
 * arguments of a tracepoint's prototype (typedef btf_trace_NAME) names its layout better than any
 * version number: stable kernels carry backports (5.10.162 has the io_uring of 5.15).
 *
 *   arguments (without the leading void *)                                      kernels
 *   submit_req          1: req                                                   6.4 –
 *   submit_sqe          2: req, force_nonblock                                   6.0 – 6.3
 *                       7: ctx, req, …                                           5.14 – 5.19
 *                       5: ctx, opcode, … (no request: not supported)            – 5.13
 *   complete            3: ctx, req, cqe    (last is a pointer)                  6.13 –
 *                       7, 5: ctx, req, user_data, res, cflags, …                5.18 – 6.12
 *                       4: ctx, user_data, res, cflags                           5.12 – 5.17
 *                       3: ctx, user_data, res   (last is a number)              – 5.11
 *   req_failed          3: sqe, req, error                                       6.0 –
 *                       4: sqe, ctx, req, error                                  5.18 – 5.19
 *                       2: sqe, error (no request)                               – 5.17
 *   queue_async_work    2: req, rw                                               6.0 –
 *                       7: ctx, req, …                                           5.18 – 5.19
 *                       5: ctx, rw, req, …                                       – 5.17
 *   poll_arm            3: req, …                                                6.0 –
 *                       6: ctx, req, …                                           5.14 – 5.19
 *                       5: no request                                            – 5.13
 *   task_add            2: req, mask                                             6.0 –
 *                       5: ctx, req, …                                           5.18 – 5.19
 *                       4: no request                                            – 5.17
 *   file_get            2: req, fd                                               6.0 –
 *                       4: ctx, req, user_data, fd                               5.18 – 5.19
 *                       2: ctx, fd (no request: none is found)                   – 5.17
 *   defer               1: req                                                   6.0 –
 *                       4, 3: ctx, req, …                                        – 5.19
 *   link                2: req, target                                           6.0 –
 *                       3: ctx, req, target                                      – 5.19
 *   fail_link           2: head, victim                                          6.0 –, – 5.17
 *                       5: ctx, head, user_data, op, victim                      5.18 – 5.19
 *   register            5: …, ret                                                5.18 –
 *                       6: …, eventfd, ret                                       – 5.17
 *
 * Source: TRACE_EVENT definitions in include/trace/events/io_uring.h and block.h of those kernels.
 */
#include "bpf/abi_btf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/bpf.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>

int abi_open(struct abi_btf *ret_btf, struct ev_error *why)
{
	ret_btf->btf = btf__load_vmlinux_btf();
	if (!ret_btf->btf)
		return ev_fail(
			why, -ENOTSUP,
			"this kernel has no readable type information (/sys/kernel/btf/vmlinux): "
			"run a kernel built with CONFIG_DEBUG_INFO_BTF=y");
	return 0;
}

void abi_close(struct abi_btf *btf)
{
	btf__free(btf->btf);
	btf->btf = NULL;
}

/* The function prototype behind typedef btf_trace_NAME; NULL when the kernel has no such
 * tracepoint. */
static const struct btf_type *prototype(const struct abi_btf *btf, const char *name)
{
	const struct btf_type *type;
	char full[80];
	int id;

	snprintf(full, sizeof(full), "btf_trace_%s", name);
	id = btf__find_by_name_kind(btf->btf, full, BTF_KIND_TYPEDEF);
	if (id < 0)
		return NULL;
	type = btf__type_by_id(btf->btf, btf__type_by_id(btf->btf, (unsigned)id)->type);
	if (!type || !btf_is_ptr(type))
		return NULL;
	type = btf__type_by_id(btf->btf, type->type);
	return type && btf_is_func_proto(type) ? type : NULL;
}

int abi_argument_count(const struct abi_btf *btf, const char *tracepoint)
{
	const struct btf_type *type = prototype(btf, tracepoint);

	return type ? (int)btf_vlen(type) - 1 : -1;
}

static int last_is_pointer(const struct abi_btf *btf, const char *tracepoint)
{
	const struct btf_type *type = prototype(btf, tracepoint);

	type = btf__type_by_id(btf->btf, btf_params(type)[btf_vlen(type) - 1].type);
	return type && btf_is_ptr(type);
}

int abi_has_function(const struct abi_btf *btf, const char *name)
{
	return btf__find_by_name_kind(btf->btf, name, BTF_KIND_FUNC) > 0;
}

/* r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = fetch_add(r10 - 8, r1); r0 = 0; exit */
int abi_has_atomics(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1 },
		{ .code = BPF_STX | BPF_DW | BPF_MEM,
		  .dst_reg = BPF_REG_10,
		  .src_reg = BPF_REG_1,
		  .off = -8 },
		{ .code = BPF_STX | BPF_DW | BPF_ATOMIC,
		  .dst_reg = BPF_REG_10,
		  .src_reg = BPF_REG_1,
		  .off = -8,
		  .imm = BPF_ADD | BPF_FETCH },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "atomics", "GPL", insns,
			       sizeof(insns) / sizeof(*insns), NULL);

	if (fd >= 0)
		close(fd);
	return fd != -EINVAL; /* any other failure will be told when the probes are loaded */
}

/* By number of arguments, the position of one of them. */
struct layout {
	int count;
	uint8_t index;
};

static uint8_t choose(const struct abi_btf *btf, const char *tracepoint,
		      const struct layout *layouts)
{
	int count = abi_argument_count(btf, tracepoint);

	for (; layouts->count; layouts++)
		if (layouts->count == count)
			return layouts->index;
	return ABI_NONE;
}

/* A type of this name; a module's own before one of the kernel's, on which its types build. */
static const struct btf_type *type_named(const struct abi_btf *btf, const char *name, uint32_t kind)
{
	const struct btf *base = btf__base_btf(btf->btf);
	int id;

	for (uint32_t own = base ? btf__type_cnt(base) : UINT32_MAX; own < btf__type_cnt(btf->btf);
	     own++) {
		const struct btf_type *type = btf__type_by_id(btf->btf, own);

		if (btf_kind(type) == kind &&
		    !strcmp(btf__name_by_offset(btf->btf, type->name_off), name))
			return type;
	}
	id = btf__find_by_name_kind(btf->btf, name, kind);
	return id < 0 ? NULL : btf__type_by_id(btf->btf, (unsigned)id);
}

uint16_t abi_field_offset(const struct abi_btf *btf, const char *type_name, const char *field)
{
	const struct btf_type *type = type_named(btf, type_name, BTF_KIND_STRUCT);

	for (unsigned i = 0; type && i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf->btf, btf_members(type)[i].name_off), field))
			return (uint16_t)(btf_member_bit_offset(type, i) / 8);
	return ABI_NO_FIELD;
}

/* -1: the enumeration has no such value. */
static int value_of(const struct abi_btf *btf, const struct btf_type *type, const char *name)
{
	for (unsigned i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf->btf, btf_enum(type)[i].name_off), name))
			return btf_enum(type)[i].val;
	return -1;
}

int abi_enum_value(const struct abi_btf *btf, const char *type_name, const char *name)
{
	const struct btf_type *type = type_named(btf, type_name, BTF_KIND_ENUM);

	return type ? value_of(btf, type, name) : -1;
}

int abi_open_module(const struct abi_btf *btf, const char *name, struct abi_btf *ret_module)
{
	ret_module->btf = btf__load_module_btf(name, btf->btf);
	return ret_module->btf ? 0 : -ENOENT;
}

uint32_t abi_list_bytes(const struct abi_btf *btf, const char *type_name)
{
	int id = btf__find_by_name_kind(btf->btf, type_name, BTF_KIND_STRUCT);

	if (id < 0 || abi_field_offset(btf, type_name, "list") != 0)
		return 0;
	return btf__type_by_id(btf->btf, (unsigned)id)->size;
}

/* REQ_F_SKIP_LINK_CQES_BIT, which is of an enumeration without a name; 0: none. */
static uint8_t skip_links_bit(const struct abi_btf *btf)
{
	uint32_t count = btf__type_cnt(btf->btf);
	int bit = -1;

	for (uint32_t id = 1; bit < 0 && id < count; id++) {
		const struct btf_type *type = btf__type_by_id(btf->btf, id);

		if (btf_is_enum(type))
			bit = value_of(btf, type, "REQ_F_SKIP_LINK_CQES_BIT");
	}
	return bit < 0 ? 0 : (uint8_t)bit;
}

/* The NVMe driver's types, which are in its own BTF where it is a module. Read as a file: asking the
 * kernel for a module's types needs CAP_SYS_ADMIN. Not there when the module is loaded later. */
static void find_nvme(const struct abi_btf *btf, struct abi *abi)
{
	struct abi_btf module = { btf__load_module_btf("nvme_core", btf->btf) };
	const struct abi_btf *from = module.btf ? &module : btf;

	abi->nvme_request_ctrl = abi_field_offset(from, "nvme_request", "ctrl");
	abi->nvme_ctrl_instance = abi_field_offset(from, "nvme_ctrl", "instance");
	btf__free(module.btf);
}

static uint32_t request_mark(const struct abi_btf *btf, const char *name)
{
	int bit = abi_enum_value(btf, "req_flag_bits", name);

	return bit >= 0 && bit < 32 ? 1u << bit : 0;
}

static void find_marks(const struct abi_btf *btf, struct request_marks *marks)
{
	marks->metadata = request_mark(btf, "__REQ_META");
	marks->sync = request_mark(btf, "__REQ_SYNC");
	marks->idle = request_mark(btf, "__REQ_IDLE");
	marks->read_ahead = request_mark(btf, "__REQ_RAHEAD");
	marks->background = request_mark(btf, "__REQ_BACKGROUND");
	marks->swap = request_mark(btf, "__REQ_SWAP");
}

static void find_complete(const struct abi_btf *btf, struct abi *abi)
{
	int count = abi_argument_count(btf, "io_uring_complete");

	if (count >= 5)
		abi->complete = COMPLETE_VALUES;
	else if (count == 4 || (count == 3 && !last_is_pointer(btf, "io_uring_complete")))
		abi->complete = COMPLETE_USER_DATA;
	else if (count == 3)
		abi->complete = COMPLETE_CQE;
	abi->complete_cflags = count != 3;
	abi->key_is_user_data = abi->complete == COMPLETE_USER_DATA;
	/* submit_sqe shrank in 6.0 */
	abi->complete_early = abi_argument_count(btf, "io_uring_submit_sqe") > 2;
}

int abi_find(const struct abi_btf *btf, struct abi *ret_abi, const char **ret_submit,
	     struct ev_error *why)
{
	static const struct layout submit_req[] = { { 1, 0 }, { 0, 0 } };
	static const struct layout submit_sqe[] = { { 2, 0 }, { 7, 1 }, { 0, 0 } };
	static const struct layout req_failed[] = { { 3, 1 }, { 4, 2 }, { 0, 0 } };
	static const struct layout req_failed_error[] = { { 3, 2 }, { 4, 3 }, { 2, 1 }, { 0, 0 } };
	static const struct layout queue_async[] = { { 2, 0 }, { 7, 1 }, { 5, 2 }, { 0, 0 } };
	static const struct layout poll_arm[] = { { 3, 0 }, { 6, 1 }, { 0, 0 } };
	static const struct layout task_add[] = { { 2, 0 }, { 5, 1 }, { 0, 0 } };
	static const struct layout file_get[] = { { 2, 0 }, { 4, 1 }, { 0, 0 } };
	static const struct layout defer[] = { { 1, 0 }, { 3, 1 }, { 4, 1 }, { 0, 0 } };
	static const struct layout link[] = { { 2, 0 }, { 3, 1 }, { 0, 0 } };
	static const struct layout fail_link[] = { { 2, 1 }, { 5, 4 }, { 0, 0 } };
	static const struct layout fail_link_head[] = { { 2, 0 }, { 5, 1 }, { 0, 0 } };
	static const struct layout registered[] = { { 5, 4 }, { 6, 5 }, { 0, 0 } };
	struct abi abi = { 0 };

	*ret_submit = "io_uring_submit_req";
	abi.submit_req = choose(btf, *ret_submit, submit_req);
	if (abi.submit_req == ABI_NONE) {
		*ret_submit = "io_uring_submit_sqe";
		abi.submit_req = choose(btf, *ret_submit, submit_sqe);
	}
	find_complete(btf, &abi);
	if (abi.submit_req == ABI_NONE || !abi.complete)
		return ev_fail(why, -ENOTSUP,
			       "this kernel's io_uring trace events are %s: ringlens knows those "
			       "of Linux 5.10.162, "
			       "5.14 and later",
			       abi_argument_count(btf, "io_uring_complete") < 0
				       ? "missing"
				       : "of an unknown shape");
	abi.req_failed_req = choose(btf, "io_uring_req_failed", req_failed);
	abi.req_failed_error = choose(btf, "io_uring_req_failed", req_failed_error);
	abi.queue_async_req = choose(btf, "io_uring_queue_async_work", queue_async);
	abi.poll_arm_req = choose(btf, "io_uring_poll_arm", poll_arm);
	abi.task_add_req = choose(btf, "io_uring_task_add", task_add);
	abi.file_get_req = choose(btf, "io_uring_file_get", file_get);
	abi.defer_req = choose(btf, "io_uring_defer", defer);
	abi.link_req = choose(btf, "io_uring_link", link);
	abi.fail_link_req = choose(btf, "io_uring_fail_link", fail_link);
	abi.fail_link_head = choose(btf, "io_uring_fail_link", fail_link_head);
	abi.skip_links_bit = skip_links_bit(btf);
	abi.register_result = choose(btf, "io_uring_register", registered);
	abi.rq_issue_req = abi_argument_count(btf, "block_rq_issue") == 2;
	abi.bio_queue_second = abi_argument_count(btf, "block_bio_queue") == 2;
	abi.tag_wait = abi_argument_count(btf, "block_rq_tag_wait") == 4;
	abi.overflow = abi_argument_count(btf, "io_uring_cqe_overflow") == 5;
	abi.dio_iocb = abi_field_offset(btf, "dio", "iocb");
	abi.iomap_simple_bio = abi_field_offset(btf, "iomap_dio_simple", "bio");
	abi.iomap_simple_iocb = abi_field_offset(btf, "iomap_dio_simple", "iocb");
	find_nvme(btf, &abi);
	find_marks(btf, &abi.marks);
	*ret_abi = abi;
	return 0;
}
