/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
#ifndef BPF_ABI_H
#define BPF_ABI_H
#ifndef __bpf__
#include <stdint.h>
#endif

/*
 * Which argument of which tracepoint is what on the running kernel. The probes have a constant
 * copy, so the verifier removes every branch that the kernel does not need. bpf/abi.c fills it from
 * BTF.
 */

/* An index is a position among a raw tracepoint's arguments; ABI_NONE: the running kernel does not
 * pass it. */
enum { ABI_NONE = 0xff };

/* What io_uring_complete passes. */
enum complete_abi {
	COMPLETE_USER_DATA = 1, /* ctx, user_data, res[, cflags]: up to 5.17, no request */
	COMPLETE_VALUES = 2,	/* ctx, req, user_data, res, cflags[, …]: 5.18 to 6.12 */
	COMPLETE_CQE = 3,	/* ctx, req, struct io_uring_cqe *: 6.13 and later */
};

/* Flags of a block request (REQ_*), whose bits differ from kernel to kernel; 0: it has no such flag. */
struct request_marks {
	uint32_t metadata;
	uint32_t sync;
	uint32_t idle;
	uint32_t read_ahead;
	uint32_t background;
	uint32_t swap;
};

struct abi {
	uint8_t submit_req;	 /* argument of submit_req / submit_sqe that is the request */
	uint8_t complete;	 /* enum complete_abi */
	uint8_t complete_cflags; /* complete passes cflags (5.12 or 5.13 and later) */
	uint8_t req_failed_req;	 /* argument that is the request */
	uint8_t req_failed_error;
	uint8_t queue_async_req;
	uint8_t poll_arm_req;
	uint8_t task_add_req;
	uint8_t defer_req;
	uint8_t link_req;
	uint8_t fail_link_req;	  /* the victim */
	uint8_t overflow;	  /* cqe_overflow exists (5.19 and later) */
	uint8_t key_is_user_data; /* requests are known by (ring, user_data), not by address */
	uint8_t shared_rings;	  /* probes may be preempted: reserve record slots atomically */
	uint8_t register_result;  /* argument that is the result; up to 5.17 an eventfd flag stood
				     before it */
	uint8_t rq_issue_req;	  /* 1: block_rq_issue and _requeue pass the queue first (up
				     to 5.10.136) */
	uint8_t file_get_req;
	uint8_t complete_early;	  /* complete fires before its place in the CQ is taken (up to 5.19)
				   */
	uint8_t bio_queue_second; /* 1: block_bio_queue passes the queue first (5.10) */
	uint8_t fail_link_head;	  /* the request that failed */
	uint8_t skip_links_bit; /* REQ_F_SKIP_LINK_CQES_BIT in io_kiocb.flags; 0: none (up to 5.16) */
	uint8_t tag_wait;	/* block_rq_tag_wait exists, with queue and hardware queue (7.3) */
	uint8_t reserved[2];
	/* Offsets in bytes; ABI_NO_FIELD: no such type. Types that few kernels have are not named to
	 * the loader: for one that it does not find it asks for the types of all modules, which needs
	 * CAP_SYS_ADMIN. */
	uint16_t dio_iocb;	   /* struct dio, of file systems without iomap */
	uint16_t iomap_simple_bio; /* struct iomap_dio_simple, by 7.3 */
	uint16_t iomap_simple_iocb;
	uint16_t nvme_request_ctrl; /* struct nvme_request, of the NVMe driver */
	uint16_t nvme_ctrl_instance;
	uint16_t reserved_16[3];
	struct request_marks marks;
};

enum { ABI_NO_FIELD = 0xffff };

#endif
