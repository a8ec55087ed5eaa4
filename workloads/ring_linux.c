/* SPDX-License-Identifier: BSD-2-Clause */
/* Copyright (c) 2026 The ringlens authors */
/*
 * An io_uring that keeps books.
 *
 * A request's life: queue() takes a slot, writes user_data and counts it as submitted; enter()
 * stamps the time and hands the batch over; reap() finds the slot through user_data, puts the
 * request into its class and frees the slot. user_data is `sequence << 20 | slot`, so it names the
 * slot and still never repeats; a completion whose user_data is not the slot's is somebody's bug
 * and ends the run.
 *
 * Times: one clock reading before a batch is handed over and one when a batch of completions is
 * found, none per request. That is what the application sees, and it costs 2 ns a request.
 *
 * Overflow: a completion that finds the queue full waits in a list of the kernel, and while that
 * list is not empty every other completion joins it (5.19 and later). The application can tell
 * which ones those were: with the queue reaped empty, all that an io_uring_enter with GETEVENTS
 * brings come from the list. So enter() refuses to wait while the overflow flag is set and
 * completions are still there to be reaped, and marks what the next entry brings. The mark is exact
 * when nothing else completes at that moment, as in the overflow workload; elsewhere rings are
 * large enough never to get here.
 *
 * Waiting is always cut into ticks, so that signals, --duration and other threads' failures are
 * noticed whatever the requests do (IORING_ENTER_EXT_ARG, Linux 5.11; needs no timeout request,
 * which would have to be counted).
 */
#include "workloads/ring_linux.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/via_linux.h"
#include "workloads/kernel.h"
#include "workloads/names.h"
#include "workloads/stop.h"

#define RING_TICK_NS   100000000ull
#define RING_SETTLE_NS 1000000000ull

/* How a completion came. */
struct load_arrival {
	uint64_t now_ns;
	bool flushed; /* from the kernel's list of those that did not fit */
};

static int disabled_level(void)
{
	FILE *file = fopen("/proc/sys/kernel/io_uring_disabled", "r");
	int level = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d", &level) != 1)
		level = 0;
	fclose(file);
	return level;
}

static int explain_setup(int err, const struct io_uring_params *params, struct load_error *why)
{
	char flags[256];

	switch (err) {
	case -ENOSYS:
		return load_fail(why, -EOPNOTSUPP, "this kernel has no io_uring");
	case -EPERM:
		if (disabled_level())
			return load_fail(
				why, -EOPNOTSUPP,
				"io_uring is disabled here (kernel.io_uring_disabled = %d)",
				disabled_level());
		return load_fail(why, -EOPNOTSUPP,
				 "creating a ring is not permitted here (a seccomp filter?)");
	case -EINVAL:
		return load_fail(why, -EOPNOTSUPP,
				 "the kernel refuses a ring with setup flags %s: unknown to it, or "
				 "not together",
				 load_setup_text(params->flags, flags, sizeof(flags)));
	case -EMFILE:
		return load_fail(why, err,
				 "no file descriptor left for another ring: raise ulimit -n");
	default:
		return load_fail(why, err, "cannot create a ring: %s", strerror(-err));
	}
}

static void fill_params(struct io_uring_params *params, const struct load_options *opt,
			const struct load_ring_plan *plan)
{
	uint64_t cq_entries = plan->cq_entries ? plan->cq_entries : opt->cq_entries;

	*params = (struct io_uring_params){ .flags = (uint32_t)opt->setup_flags | plan->setup,
					    .sq_thread_idle = plan->idle_ms,
					    .wq_fd = (uint32_t)plan->wq_fd };
	if (load_options_given(opt, LOAD_OPTION_SQPOLL)) {
		params->flags |= IORING_SETUP_SQPOLL;
		params->sq_thread_idle = (uint32_t)(opt->sqpoll_idle_ns / 1000000);
	}
	if (load_options_given(opt, LOAD_OPTION_SQ_CPU)) {
		params->flags |= IORING_SETUP_SQ_AFF;
		params->sq_thread_cpu = (uint32_t)opt->sq_cpu;
	}
	if (cq_entries) {
		params->flags |= IORING_SETUP_CQSIZE;
		params->cq_entries = (uint32_t)cq_entries;
	}
}

static int take_slots(struct load_ring *ring, uint32_t count, struct load_error *why)
{
	assert(count < LOAD_SLOT_MASK);
	ring->requests = calloc(count, sizeof(*ring->requests));
	ring->free_slots = calloc(count, sizeof(*ring->free_slots));
	if (!ring->requests || !ring->free_slots)
		return load_fail(why, -ENOMEM, "no memory for %u requests", count);
	for (uint32_t i = 0; i < count; i++)
		ring->free_slots[i] = count - 1 - i;
	ring->request_count = ring->free_count = count;
	return 0;
}

static void describe(struct load_ring *ring, const struct io_uring_params *params)
{
	ring->truth->pid = (uint32_t)getpid();
	ring->truth->tid = (uint32_t)gettid();
	ring->truth->fd = ring->handle.fd;
	ring->truth->sq_entries = params->sq_entries;
	ring->truth->cq_entries = params->cq_entries;
	ring->truth->flags = params->flags;
}

/* Another interface instead of io_uring: the same books, and no ring. */
static int open_carrier(struct load_ring *ring, struct load_run *run,
			const struct load_ring_plan *plan, struct load_error *why)
{
	struct io_uring_params params;
	int err = load_truth_add(run->truth, &ring->truth, why);

	if (err)
		return err;
	ring->truth->via = ring->via->name;
	ring->via_depth = plan->sq_entries;
	err = load_via_open(ring, plan->sq_entries, why);
	if (err)
		return err;
	params = (struct io_uring_params){ .sq_entries = ring->uring.sq.ring_entries,
					   .cq_entries = ring->uring.cq.ring_entries };
	describe(ring, &params);
	return take_slots(ring, params.sq_entries, why);
}

int load_ring_open(struct load_ring *ring, struct load_run *run, const struct load_ring_plan *plan,
		   struct load_error *why)
{
	struct io_uring_params params;
	int err;

	ring->uring.ring_fd = ring->handle.fd = -1;
	ring->timed = !run->opt->bench;
	ring->via = load_via_of(run->opt->via);
	if (ring->via)
		return open_carrier(ring, run, plan, why);
	fill_params(&params, run->opt, plan);
	err = ring_memory_open(&ring->uring, &ring->handle, plan->sq_entries, &params);
	if (err)
		return explain_setup(err, &params, why);
	err = load_truth_add(run->truth, &ring->truth, why);
	if (err) {
		ring_memory_close(&ring->uring, &ring->handle);
		return err;
	}
	describe(ring, &params);
	if (!(params.features & IORING_FEAT_EXT_ARG))
		return load_fail(why, -EOPNOTSUPP,
				 "this kernel's io_uring is too old: 5.11 or later is needed");
	ring->sqe_shift = params.flags & IORING_SETUP_SQE128 ? 1 : 0;
	ring->cqe_shift = params.flags & IORING_SETUP_CQE32 ? 1 : 0;
	if (params.flags & IORING_SETUP_R_DISABLED) {
		err = load_ring_register(ring, IORING_REGISTER_ENABLE_RINGS, NULL, 0);
		if (err)
			return load_fail(why, err, "cannot enable the ring: %s", strerror(-err));
	}
	return take_slots(ring, plan->requests ? plan->requests : params.sq_entries, why);
}

void load_ring_raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

void load_ring_on_end(struct load_ring *ring, load_ended_fn *ended, void *state)
{
	ring->ended = ended;
	ring->ended_state = state;
}

int load_ring_register(struct load_ring *ring, unsigned op, void *arg, unsigned count)
{
	long result = syscall(SYS_io_uring_register, ring->handle.fd,
			      op | ring->handle.register_bit, arg, count);

	ring->truth->registers++;
	ring->truth->calls++;
	return result < 0 ? -errno : (int)result;
}

int load_ring_resize(struct load_ring *ring, uint32_t sq_entries, uint32_t cq_entries,
		     struct load_error *why)
{
	struct io_uring_params params = { .sq_entries = sq_entries,
					  .cq_entries = cq_entries,
					  .flags = IORING_SETUP_CQSIZE };
	int err = ring_memory_resize(&ring->uring, &ring->handle, &params);

	ring->truth->registers++;
	ring->truth->calls++;
	if (err == -EINVAL)
		return load_fail(why, -EOPNOTSUPP,
				 "this kernel cannot resize a ring (Linux 6.13 can)");
	if (err)
		return load_fail(why, err, "cannot resize the ring: %s", strerror(-err));
	ring->truth->sq_entries = params.sq_entries;
	ring->truth->cq_entries = params.cq_entries;
	return 0;
}

static int booked_register(struct load_ring *ring, int err, const char *what,
			   struct load_error *why)
{
	ring->truth->registers++;
	ring->truth->calls++;
	if (err >= 0)
		return 0;
	if (err == -EINVAL)
		return load_fail(why, -EOPNOTSUPP, "this kernel cannot register %s", what);
	return load_fail(why, err, "cannot register %s: %s", what, strerror(-err));
}

int load_ring_register_files(struct load_ring *ring, const int *fds, uint32_t count,
			     struct load_error *why)
{
	return booked_register(ring, io_uring_register_files(&ring->uring, fds, count), "files",
			       why);
}

int load_ring_register_buffers(struct load_ring *ring, const struct iovec *buffers, uint32_t count,
			       struct load_error *why)
{
	return booked_register(ring, io_uring_register_buffers(&ring->uring, buffers, count),
			       "buffers", why);
}

int load_ring_register_buffer_ring(struct load_ring *ring, struct io_uring_buf_ring *buffers,
				   uint32_t count, struct load_error *why)
{
	struct io_uring_buf_reg reg = {
		.ring_addr = (uint64_t)(uintptr_t)buffers,
		.ring_entries = count,
	};

	return booked_register(ring, io_uring_register_buf_ring(&ring->uring, &reg, 0),
			       "a ring of buffers", why);
}

/* Makes everything queued visible to the kernel; sqe_head is how far that was done before. */
static void publish(struct load_ring *ring)
{
	struct io_uring_sq *sq = &ring->uring.sq;
	uint64_t now_ns;

	if (sq->sqe_head == sq->sqe_tail)
		return;
	if (ring->timed) {
		now_ns = load_clock_ns();
		for (uint32_t i = sq->sqe_head; i != sq->sqe_tail; i++) {
			uint32_t at = (i & sq->ring_mask) << ring->sqe_shift;

			ring->requests[sq->sqes[at].user_data & LOAD_SLOT_MASK].submit_ns = now_ns;
		}
	}
	sq->sqe_head = sq->sqe_tail;
	/* Full order: for SQPOLL the tail must be out before NEED_WAKEUP is read. */
	__atomic_store_n(sq->ktail, sq->sqe_tail, __ATOMIC_SEQ_CST);
}

void load_ring_publish(struct load_ring *ring)
{
	publish(ring);
	ring->truth->enters_elsewhere++;
}

static uint32_t ready_count(const struct load_ring *ring)
{
	return io_uring_smp_load_acquire(ring->uring.cq.ktail) - *ring->uring.cq.khead;
}

static uint32_t sq_flags(const struct load_ring *ring)
{
	return __atomic_load_n(ring->uring.sq.kflags, __ATOMIC_SEQ_CST);
}

static int call_enter(struct load_ring *ring, uint32_t submit, uint32_t wait, uint64_t wait_ns)
{
	struct __kernel_timespec time = { .tv_sec = (int64_t)(wait_ns / 1000000000),
					  .tv_nsec = (long long)(wait_ns % 1000000000) };
	struct io_uring_getevents_arg arg = { .ts = (uint64_t)(uintptr_t)&time };
	unsigned flags = ring->handle.enter_flags;
	bool waits = wait || ring->uring.flags & IORING_SETUP_IOPOLL;

	if (ring->via)
		return ring->via->enter(ring, wait, wait_ns);
	if (ring->uring.flags & IORING_SETUP_SQPOLL) {
		if (sq_flags(ring) & IORING_SQ_NEED_WAKEUP) {
			flags |= IORING_ENTER_SQ_WAKEUP;
			ring->truth->wakeups++;
		}
		if (!waits && !(flags & IORING_ENTER_SQ_WAKEUP))
			return 0;
	} else if (!submit && !waits) {
		return 0;
	}
	if (waits)
		flags |= IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
	ring->truth->enters++;
	ring->truth->calls++;
	if (syscall(SYS_io_uring_enter, ring->handle.fd, submit, wait, flags, waits ? &arg : NULL,
		    waits ? sizeof(arg) : 0) < 0)
		return -errno;
	return 0;
}

int load_ring_enter_for(struct load_ring *ring, uint32_t wait_count, uint64_t wait_ns,
			struct load_error *why)
{
	const struct io_uring_sq *sq = &ring->uring.sq;
	bool backlog = sq_flags(ring) & IORING_SQ_CQ_OVERFLOW;
	int err;

	if (wait_ns > RING_TICK_NS)
		wait_ns = RING_TICK_NS;
	publish(ring);
	if (wait_count && backlog && ready_count(ring))
		return 0;
	if (wait_count && sq->sqe_tail == io_uring_smp_load_acquire(sq->khead) &&
	    ready_count(ring) >= wait_count)
		return 0;
	err = call_enter(ring, sq->sqe_tail - io_uring_smp_load_acquire(sq->khead), wait_count,
			 wait_ns);
	if (wait_count && backlog)
		ring->overflow_until = io_uring_smp_load_acquire(ring->uring.cq.ktail);
	/* EBUSY: older kernels take nothing while completions are held back; EAGAIN: no memory for
	 * a request right now. Both pass when completions are reaped. */
	if (!err || err == -EINTR || err == -ETIME || err == -EBUSY || err == -EAGAIN)
		return 0;
	return load_fail(why, err, "io_uring_enter: %s", strerror(-err));
}

int load_ring_enter(struct load_ring *ring, uint32_t wait_count, struct load_error *why)
{
	return load_ring_enter_for(ring, wait_count, RING_TICK_NS, why);
}

static void book_latency(struct load_truth_op *row, uint64_t latency_ns)
{
	row->latency_count++;
	row->latency_ns_sum += latency_ns;
	if (latency_ns < row->latency_ns_min)
		row->latency_ns_min = latency_ns;
	if (latency_ns > row->latency_ns_max)
		row->latency_ns_max = latency_ns;
}

static void book_shot(struct load_truth_op *row, int32_t result)
{
	row->shots++;
	if (row->moves_bytes && result > 0)
		row->shot_bytes += (uint32_t)result;
}

/* Puts a request that ended into its class. */
static void book_end(const struct load_request *request, int32_t result, bool flushed)
{
	struct load_truth_op *row = request->row;

	if (result < 0) {
		load_truth_book_error(row, -result);
	} else if (row->moves_bytes) {
		row->bytes += (uint32_t)result;
		row->shorts += (uint32_t)result < request->expect_bytes;
	}
	if ((result < 0 && request->flags & LOAD_REQUEST_REFUSED) ||
	    (result == -EINVAL && request->flags & LOAD_REQUEST_UNSURE))
		row->failed++;
	else if (flushed)
		row->overflowed++;
	else
		row->completed++;
}

static void free_slot(struct load_ring *ring, struct load_request *request)
{
	request->active = false;
	ring->free_slots[ring->free_count++] = (uint32_t)(request - ring->requests);
	ring->in_flight--;
}

/* A zero-copy send: its result comes with the flag of a shot, and ends it; the notification that
 * the memory is free again is the completion without that flag. */
static bool has_notification(const struct load_request *request, const struct io_uring_cqe *cqe)
{
	return cqe->flags & IORING_CQE_F_MORE &&
	       (request->row->op == IORING_OP_SEND_ZC || request->row->op == IORING_OP_SENDMSG_ZC);
}

static void book(struct load_ring *ring, struct load_request *request,
		 const struct io_uring_cqe *cqe, struct load_arrival arrival)
{
	bool notifies = has_notification(request, cqe);

	if (cqe->flags & IORING_CQE_F_MORE && !notifies) {
		book_shot(request->row, cqe->res);
		return;
	}
	if (request->flags & LOAD_REQUEST_ENDED) {
		request->row->notifs++;
	} else {
		if (ring->timed)
			book_latency(request->row, arrival.now_ns - request->submit_ns);
		book_end(request, cqe->res, arrival.flushed);
	}
	if (notifies)
		request->flags |= LOAD_REQUEST_ENDED;
	else
		free_slot(ring, request);
}

static void tell(const struct load_ring *ring, const struct load_completion *completion)
{
	if (ring->ended)
		ring->ended(ring->ended_state, completion);
}

static void take_completion(struct load_ring *ring, const struct io_uring_cqe *cqe,
			    struct load_arrival arrival)
{
	uint32_t slot = (uint32_t)(cqe->user_data & LOAD_SLOT_MASK);
	struct load_request *request = &ring->requests[slot];
	struct load_completion completion = { .tag = cqe->user_data >> LOAD_SLOT_BITS,
					      .result = cqe->res,
					      .cqe_flags = cqe->flags };

	if (slot == LOAD_SLOT_MASK) {
		completion.message = true;
		ring->truth->messages++;
		tell(ring, &completion);
		return;
	}
	if (slot >= ring->request_count || !request->active ||
	    request->user_data != cqe->user_data) {
		ring->foreign = true;
		return;
	}
	book(ring, request, cqe, arrival);
	completion.tag = request->tag;
	completion.flags = request->flags;
	completion.op = request->row->op;
	completion.more = cqe->flags & IORING_CQE_F_MORE;
	tell(ring, &completion);
}

/* How many places of the queue a completion takes: two when it is long among short ones. */
static uint32_t places(const struct load_ring *ring, const struct io_uring_cqe *cqe)
{
	return ring->uring.flags & KERNEL_SETUP_CQE_MIXED && cqe->flags & KERNEL_CQE_32 ? 2 : 1;
}

uint32_t load_ring_reap(struct load_ring *ring)
{
	struct io_uring_cq *cq = &ring->uring.cq;
	uint32_t head = *cq->khead;
	uint32_t tail = io_uring_smp_load_acquire(cq->ktail);
	uint64_t now_ns = ring->timed && head != tail ? load_clock_ns() : 0;
	uint32_t step;

	for (uint32_t i = head; i != tail; i += step) {
		const struct io_uring_cqe *cqe = &cq->cqes[(i & cq->ring_mask) << ring->cqe_shift];
		struct load_arrival arrival = { now_ns, (int32_t)(ring->overflow_until - i) > 0 };

		step = places(ring, cqe);
		if (!(ring->uring.flags & KERNEL_SETUP_CQE_MIXED && cqe->flags & KERNEL_CQE_SKIP))
			take_completion(ring, cqe, arrival);
	}
	if (head != tail)
		io_uring_smp_store_release(cq->khead, tail);
	if ((int32_t)(ring->overflow_until - tail) < 0)
		ring->overflow_until = tail;
	return tail - head;
}

void load_ring_end_silent(struct load_ring *ring, struct load_request *request)
{
	assert(request->active);
	request->row->skipped++;
	free_slot(ring, request);
}

int load_ring_drain(struct load_ring *ring, struct load_error *why)
{
	int err;

	while (ring->in_flight && !load_stop_insisted()) {
		err = load_ring_enter(ring, 1, why);
		if (err)
			return err;
		load_ring_reap(ring);
		if (ring->foreign)
			return load_fail(why, -EPROTO,
					 "ring %u: a completion belongs to no request in flight",
					 ring->truth->id);
	}
	return 0;
}

/* The SQPOLL thread takes entries when it likes; give it a moment, so that the number is final. */
static void await_sq_thread(struct load_ring *ring)
{
	uint64_t deadline_ns = load_clock_ns() + RING_SETTLE_NS;
	const struct io_uring_sq *sq = &ring->uring.sq;

	publish(ring);
	while (io_uring_smp_load_acquire(sq->khead) != sq->sqe_tail &&
	       load_clock_ns() < deadline_ns) {
		call_enter(ring, 0, 0, 0);
		usleep(1000);
	}
}

void load_ring_settle(struct load_ring *ring)
{
	const struct io_uring_sq *sq = &ring->uring.sq;

	if ((ring->handle.fd < 0 && !ring->via) || !ring->requests || ring->settled)
		return;
	ring->settled = true;
	if (ring->uring.flags & IORING_SETUP_SQPOLL)
		await_sq_thread(ring);
	for (uint32_t i = io_uring_smp_load_acquire(sq->khead); i != sq->sqe_tail; i++) {
		uint32_t at = (i & sq->ring_mask) << ring->sqe_shift;
		struct load_request *request =
			&ring->requests[sq->sqes[at].user_data & LOAD_SLOT_MASK];

		request->row->submitted--;
		free_slot(ring, request);
	}
	for (uint32_t i = 0; i < ring->request_count; i++)
		if (ring->requests[i].active && !(ring->requests[i].flags & LOAD_REQUEST_ENDED))
			ring->requests[i].row->open++;
	ring->truth->dropped_sqes = *sq->kdropped;
	ring->truth->dropped_cqes = *ring->uring.cq.koverflow;
}

void load_ring_close(struct load_ring *ring)
{
	if (ring->requests || ring->truth) {
		if (ring->via)
			load_via_close(ring);
		ring_memory_close(&ring->uring, &ring->handle);
		free(ring->requests);
		free(ring->free_slots);
	}
	*ring = (struct load_ring){ .uring.ring_fd = -1, .handle.fd = -1 };
}
