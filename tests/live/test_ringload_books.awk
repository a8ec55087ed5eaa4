# SPDX-License-Identifier: BSD-2-Clause
# Counts a ringload run a second time, from the kernel's own trace events, and compares every counter.
#
#   awk -f test_ringload_books.awk OUTPUT TRACE
#
# OUTPUT is what ringload printed, TRACE the text of a tracefs instance that held io_uring_create,
# submit_req (submit_sqe before 6.4), req_failed, complete and cqe_overflow, and the entries of
# io_uring_enter and io_uring_register. A ring is known by the thread that created it and its
# descriptor, and from then on by its address until another ring is created there; a request by its
# user_data, which ringload never uses twice in a ring.
#
# It prints one line for each counter that differs and ends with 1 then; else it prints how much it
# compared. It never looks at how ringload counts: only at what it printed.

function field(text, key,    at) {
	if (!match(text, "(^|[ ,(])" key "[ =:]+[^ ,)]+"))
		return ""
	text = substr(text, RSTART, RLENGTH)
	sub("^[ ,(]?" key "[ =:]+", "", text)
	return text
}

# The kernel calls every operation it does not know INVALID, and one by another name than its header does.
function plain_op(op) {
	return op ~ /^[0-9]+$/ ? "INVALID" : op == "EPOLL_CTL" ? "EPOLL" : op
}

function compare(what, printed, seen) {
	compared++
	if (printed + 0 == seen + 0)
		return
	printf "%s: ringload says %d, the kernel's events say %d\n", what, printed, seen
	wrong++
}

# --- what ringload printed ---

FNR == NR && /^truth ring=[0-9]+ pid=/ {
	ring = field($0, "ring")
	tid_of[ring] = field($0, "tid")
	fd_of[ring] = field($0, "fd")
	tids[tid_of[ring]] = 1
	# Requests left open when their ring was closed: the kernel cancels them, sooner or later.
	left_open[ring] = field($0, "road") == "closed"
	if (ring + 0 > rings)
		rings = ring + 0
	next
}

FNR == NR && /^truth ring=[0-9]+ op=[^ ]+ submitted=/ {
	ring = field($0, "ring")
	key = ring SUBSEP plain_op(field($0, "op"))
	told[key] = 1
	t_submitted[key] += field($0, "submitted")
	t_completed[key] += field($0, "completed")
	t_failed[key] += field($0, "failed")
	t_overflowed[key] += field($0, "overflowed")
	t_silent[key] += field($0, "skipped") + field($0, "open")
	t_errors[key] += field($0, "errors")
	t_bytes[key] += field($0, "bytes")
	t_shots[key] += field($0, "shots")
	t_shot_bytes[key] += field($0, "shot_bytes")
	t_notifs[key] += field($0, "notifs")
	next
}

FNR == NR && /^truth ring=[0-9]+ total / {
	tid = tid_of[field($0, "ring")]
	t_enters[tid] += field($0, "enters")
	t_registers[tid] += field($0, "registers")
	t_messages[field($0, "ring")] += field($0, "messages")
	next
}

FNR == NR { next }

# --- what the kernel saw ---

/^#/ { next }

{
	event = ""
	if (match($0, /(io_uring_(create|submit_req|submit_sqe|req_failed|complete|cqe_overflow): |sys_io_uring_(enter|register)\()/)) {
		event = substr($0, RSTART, RLENGTH)
		rest = substr($0, RSTART + RLENGTH)
		head = substr($0, 1, RSTART)
		sub(/[:(] ?$/, "", event)
		tid = match(head, /-[0-9]+ +\[/) ? substr(head, RSTART + 1) + 0 : 0
	}
}

event == "io_uring_create" {
	address = field(rest, "ring")
	fd = field(rest, "fd")
	delete ring_at[address]
	for (i = next_ring[tid, fd] + 1; i <= rings; i++) {
		if (tid_of[i] == tid && fd_of[i] == fd) {
			ring_at[address] = i
			next_ring[tid, fd] = i
			found++
			break
		}
	}
	next
}

event == "sys_io_uring_enter" { if (tid in tids) enters[tid]++; next }
event == "sys_io_uring_register" { if (tid in tids) registers[tid]++; next }

event == "" { next }

{
	address = field(rest, "ring")
	if (!(address in ring_at))
		next
	ring = ring_at[address]
	id = ring SUBSEP field(rest, "user_data")
}

event == "io_uring_submit_req" || event == "io_uring_submit_sqe" || event == "io_uring_req_failed" {
	op_of[id] = field(rest, "opcode")
	key = ring SUBSEP op_of[id]
	submitted[key]++
	if (event == "io_uring_req_failed") {
		failed[key]++
		refused[id] = 1
	}
	next
}

event == "io_uring_complete" || event == "io_uring_cqe_overflow" {
	# What the slot of no request says: a message of another ring, or the tag of a resource.
	if (field(rest, "user_data") ~ /fffff$/) {
		messages[ring]++
		next
	}
	key = ring SUBSEP op_of[id]
	zero_copy = op_of[id] ~ /_ZC$/
	if (zero_copy && field(rest, "cflags") ~ /^(0x)?8$/) {
		notifs[key]++
		next
	}
	result = field(rest, event == "io_uring_complete" ? "result" : "res") + 0
	moves_bytes = op_of[id] ~ /^((READ|WRITE)V?(_FIXED)?|(SEND|RECV)(MSG)?(_ZC)?|READ_MULTISHOT|SPLICE|TEE)$/
	if (field(rest, "cflags") ~ /[2367abef]$/ && !zero_copy) {
		shots[key]++
		if (moves_bytes && result > 0)
			shot_bytes[key] += result
		next
	}
	ended[key]++
	if (event == "io_uring_cqe_overflow")
		overflowed[key]++
	else if (!(id in refused))
		completed[key]++
	if (result < 0)
		errors[key]++
	else if (moves_bytes)
		bytes[key] += result
	next
}

END {
	compare("rings created", rings, found)
	for (key in told) {
		split(key, part, SUBSEP)
		what = "ring " part[1] " " part[2] " "
		compare(what "submitted", t_submitted[key], submitted[key])
		if (left_open[part[1]])
			continue
		compare(what "completed", t_completed[key], completed[key])
		compare(what "failed", t_failed[key], failed[key])
		compare(what "overflowed", t_overflowed[key], overflowed[key])
		compare(what "skipped + open", t_silent[key], submitted[key] - ended[key])
		compare(what "errors", t_errors[key], errors[key])
		compare(what "bytes", t_bytes[key], bytes[key])
		compare(what "shots", t_shots[key], shots[key])
		compare(what "shot_bytes", t_shot_bytes[key], shot_bytes[key])
		compare(what "notifs", t_notifs[key], notifs[key])
		total += submitted[key]
	}
	for (key in submitted) {
		if (key in told)
			continue
		split(key, part, SUBSEP)
		compare("ring " part[1] " " part[2] " (not printed)", 0, submitted[key])
	}
	for (ring in t_messages)
		compare("ring " ring " messages", t_messages[ring], messages[ring])
	for (tid in tids) {
		compare("thread " tid " io_uring_enter calls", t_enters[tid], enters[tid])
		compare("thread " tid " io_uring_register calls", t_registers[tid], registers[tid])
	}
	if (!total) {
		print "no request of these rings was seen in the trace"
		wrong++
	}
	if (wrong)
		exit 1
	printf "%d requests, %d counters equal\n", total, compared
}
