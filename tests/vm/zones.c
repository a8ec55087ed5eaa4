/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * What only a zoned NVMe namespace does, from a ring and past the block layer (IORING_OP_URING_CMD on
 * its character device):
 *
 *     zones /dev/ngXnY COUNT
 *
 * The zones begin empty. COUNT blocks of 4 KiB are appended to the first, eight at a time; the
 * device says where it put each, and together they must fill the zone's beginning. Then one write
 * to the middle of the second zone and one append to the third, which is finished before: both are
 * refused. Then the first zone is reset. Prints
 *
 *     zones appended=N misplaced=N finish=S reset=S write=S append=S
 *
 * S: the status in the completion, as the device said it; 0: done.
 */
#include <fcntl.h>
#include <linux/nvme_ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <liburing.h>

enum {
	IN_FLIGHT = 8,
	BLOCK_BYTES = 4096,
	LBA_BYTES = 512,
	BLOCK_LBAS = BLOCK_BYTES / LBA_BYTES,
	ZONE_LBAS = (16 << 20) / LBA_BYTES, /* shape_namespaces in tests/vm/shapes.sh */
	WRITE = 0x01,
	ZONE_SEND = 0x79,
	ZONE_FINISH = 2,
	ZONE_RESET = 4,
	ZONE_APPEND = 0x7d,
};

static struct io_uring ring;
static uint32_t namespace_id;
static int file;
static void *block;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* `cdw12`: blocks to write less one, or what to do to a zone. */
static void submit(uint8_t opcode, uint64_t lba, uint32_t cdw12, uint32_t cdw13)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
	struct nvme_uring_cmd command = {
		.opcode = opcode,
		.nsid = namespace_id,
		.addr = opcode == ZONE_SEND ? 0 : (uint64_t)(uintptr_t)block,
		.data_len = opcode == ZONE_SEND ? 0 : BLOCK_BYTES,
		.cdw10 = (uint32_t)lba,
		.cdw11 = (uint32_t)(lba >> 32),
		.cdw12 = cdw12,
		.cdw13 = cdw13,
	};

	memset(sqe, 0, 2 * sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->fd = file;
	sqe->cmd_op = NVME_URING_CMD_IO;
	memcpy(sqe->cmd, &command, sizeof(command));
}

/* The next completion's status; *ret_value: the device's result. */
static int reap(uint64_t *ret_value)
{
	struct io_uring_cqe *cqe;
	int status;

	if (io_uring_submit_and_wait(&ring, 1) < 0 || io_uring_wait_cqe(&ring, &cqe))
		die("zones: io_uring_enter");
	status = cqe->res;
	*ret_value = cqe->big_cqe[0];
	io_uring_cqe_seen(&ring, cqe);
	return status;
}

static int one(uint8_t opcode, uint64_t lba, uint32_t cdw12, uint32_t cdw13)
{
	uint64_t value;

	submit(opcode, lba, cdw12, cdw13);
	return reap(&value);
}

static void append(unsigned count, unsigned *ret_appended, unsigned *ret_misplaced)
{
	unsigned char *taken = calloc(count, 1);
	unsigned submitted = 0, reaped = 0;
	uint64_t lba;

	if (!taken)
		die("zones: memory");
	for (; reaped < count; reaped++) {
		while (submitted < count && submitted - reaped < IN_FLIGHT) {
			submit(ZONE_APPEND, 0, BLOCK_LBAS - 1, 0);
			submitted++;
		}
		if (reap(&lba))
			continue;
		++*ret_appended;
		if (lba % BLOCK_LBAS || lba / BLOCK_LBAS >= count || taken[lba / BLOCK_LBAS]++)
			++*ret_misplaced;
	}
	free(taken);
}

int main(int argc, char **argv)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQE128 | IORING_SETUP_CQE32 };
	unsigned appended = 0, misplaced = 0;
	int finish, write, refused, reset, err;

	if (argc != 3)
		return 2;
	file = open(argv[1], O_RDWR | O_CLOEXEC);
	if (file < 0)
		die(argv[1]);
	namespace_id = (uint32_t)ioctl(file, NVME_IOCTL_ID);
	block = aligned_alloc(BLOCK_BYTES, BLOCK_BYTES);
	err = io_uring_queue_init_params(IN_FLIGHT, &ring, &params);
	if (!block || err)
		die("zones: io_uring_setup");
	memset(block, 'z', BLOCK_BYTES);
	append((unsigned)atoi(argv[2]), &appended, &misplaced);
	write = one(WRITE, ZONE_LBAS + BLOCK_LBAS, BLOCK_LBAS - 1, 0);
	finish = one(ZONE_SEND, 2 * ZONE_LBAS, 0, ZONE_FINISH);
	refused = one(ZONE_APPEND, 2 * ZONE_LBAS, BLOCK_LBAS - 1, 0);
	reset = one(ZONE_SEND, 0, 0, ZONE_RESET);
	printf("zones appended=%u misplaced=%u finish=0x%x reset=0x%x write=0x%x append=0x%x\n",
	       appended, misplaced, (unsigned)finish, (unsigned)reset, (unsigned)write,
	       (unsigned)refused);
	return 0;
}
