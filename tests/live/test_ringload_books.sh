#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Is ringload's truth true? Every workload runs while a private tracefs instance records the kernel's own io_uring events,
# and test_ringload_books.awk counts each run a second time from those, to the last request. No part of ringlens is involved.
# Arguments: names of cases to run (default: all).
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/tracing.sh"
need_io_uring

[ -e $TRACING/events/io_uring/io_uring_cqe_overflow ] ||
	skip "this kernel's trace events name neither operations nor overflows (Linux 5.19 and later do)"
trace_instance
echo 8192 >"$INSTANCE/buffer_size_kb"
switch_events() { # 1|0
	local event
	for event in io_uring/io_uring_{create,submit_req,submit_sqe,req_failed,complete,cqe_overflow} \
		syscalls/sys_enter_io_uring_{enter,register}; do
		[ ! -e "$INSTANCE/events/$event/enable" ] || echo "$1" >"$INSTANCE/events/$event/enable"
	done
}

# Events that the trace buffer could not hold: with any, the second count proves nothing.
lost_events() { awk '/overrun|dropped events/ { n += $NF } END { print n + 0 }' "$INSTANCE"/per_cpu/cpu*/stats; }

# await FILE PATTERN PID: until the line is there; fails when the process is gone without it.
await() {
	local i
	for ((i = 0; i < 3000; i++)); do
		grep -q "$2" "$1" && return
		kill -0 "$3" 2>/dev/null || { grep -q "$2" "$1" && return; fail "ended without \"$2\": $(cat "$1")"; }
		sleep 0.01
	done
	fail "no \"$2\" within 30 s: $(cat "$1")"
}

# books NAME ARGUMENTS …: one run, counted twice. The rings are still open, held, when the trace is taken.
books() {
	local name=$1 pid verdict
	shift
	echo >"$INSTANCE/trace"
	switch_events 1
	echo 1 >"$INSTANCE/tracing_on"
	: >"$DIR/out" # the last run's must be gone before anybody waits for this one's
	TMPDIR=$DIR "$RINGLOAD" "$@" --hold 60s >"$DIR/out" 2>"$DIR/err" &
	pid=$!
	started $pid
	if [ "$name" = interrupted ]; then
		await "$DIR/out" "^ready" $pid
		sleep 0.3
		kill -INT $pid
	fi
	await "$DIR/out" "^truth run" $pid
	echo 0 >"$INSTANCE/tracing_on"
	cat "$INSTANCE/trace" >"$DIR/trace"
	switch_events 0
	equal "$name: events lost by the trace" "$(lost_events)" 0
	kill -TERM $pid 2>/dev/null
	wait $pid || fail "$name: exit status $?: $(cat "$DIR/err")"
	# shellcheck disable=SC2034  # live.sh: nothing of this run is left to stop
	children=()
	verdict=$(awk -f "$(dirname "$0")/test_ringload_books.awk" "$DIR/out" "$DIR/trace") ||
		fail "$name: ringload $*
$verdict"
	echo "$name: $verdict"
}

# says KEY=VALUE …: some truth line of the last run over all rings has all of these words.
says() {
	local word lines
	lines=$(grep '^truth \(op=\|total\|run\)' "$DIR/out")
	for word in "$@"; do
		lines=$(grep -- " $word\( \|$\)" <<<"$lines") || fail "no line with \"$*\" in: $(cat "$DIR/out")"
	done
}

declare -A cases=(
	[nop]="nop --count 1009"
	[nop-single]="nop --count 211 --depth 1"
	[nop-whole-batch]="nop --count 1009 --depth 32 --batch 32 --bench"
	[nop-async]="nop --count 211 --async"
	[nop-sqpoll]="nop --count 1009 --sqpoll=20ms"
	[nop-defer]="nop --count 1009 --setup SINGLE_ISSUER,DEFER_TASKRUN"
	[nop-wide]="nop --count 1009 --setup SQE128,CQE32,R_DISABLED"
	[nop-paced]="nop --count 101 --rate 500"
	[nop-threads]="nop --count 503 --threads 3"
	[read]="read --count 1009"
	[read-direct]="read --count 211 --direct --random --size 512"
	[read-fixed]="read --count 503 --fixed-files --fixed-buffers"
	[read-sqpoll]="read --count 503 --sqpoll --fixed-files"
	[read-timed]="read --duration 300ms --rate 5000"
	[write]="write --count 503"
	[write-direct]="write --count 211 --direct --fixed-buffers"
	[mixed]="mixed --count 503 --random --reads 50"
	[fsync]="fsync --count 101 --every 4"
	[files]="files --count 211"
	[files-fixed]="files --count 211 --fixed-files --depth 7"
	[echo]="echo --count 503 --depth 5"
	[echo-threads]="echo --count 503 --depth 3 --threads 2 --size 100k"
	[poll]="poll --count 211"
	[punt]="punt --count 211"
	[links]="links --count 101"
	[links-broken]="links --count 101 --links 5 --break 3"
	[links-sqpoll]="links --count 101 --break 1 --sqpoll"
	[drain]="drain --count 211"
	[timeout]="timeout --count 211"
	[skip]="skip --count 101"
	[skip-broken]="skip --count 101 --links 5 --break 2"
	[skip-broken-last]="skip --count 101 --links 3 --break 3"
	[overflow]="overflow --count 1009 --cq 16"
	[refuse]="refuse --count 211"
	[refuse-submit-all]="refuse --count 211 --setup SUBMIT_ALL"
	[refuse-sqpoll]="refuse --count 211 --sqpoll"
	[multishot]="multishot --count 101"
	[stall]="stall --depth 13 --duration 200ms"
	[stall-answered]="stall --depth 13 --duration 100ms --end answer"
	[stall-cancelled]="stall --depth 13 --duration 100ms --end cancel"
	[stall-async]="stall --async --depth 7 --duration 200ms --end answer"
	[idle]="idle --depth 23 --duration 100ms"
	[idle-provided]="idle --depth 23 --provided --duration 100ms"
	[rings]="rings --rings 101 --count 7"
	[rings-come-and-go]="rings --rings 3 --times 67 --count 5"
	[roads]="roads"
	[kinds]="kinds"
	[interrupted]="nop --rate 3000 --duration 1h"
)

# What must be printed whatever the kernel's events say: reckoned from the arguments alone.
declare -A wanted=(
	[nop]="op=NOP submitted=1009 completed=1009"
	[nop-threads]="total submitted=1509 completed=1509"
	[read]="op=READ completed=1009 bytes=4132864" # 1009 x 4096
	[read-fixed]="op=READ_FIXED completed=503 bytes=2060288"
	[fsync]="op=FSYNC completed=20" # 101 = 20 x (4 + 1) + 1
	[files]="total submitted=844 completed=844"
	[echo-threads]="op=SEND bytes=103014400" # 503 x 100 KiB, to and fro
	[links-broken]="op=NOP errno=ECANCELED count=202" # members 4 and 5
	[skip]="op=NOP completed=101 skipped=404"
	[skip-broken]="op=NOP completed=0 skipped=404"
	[skip-broken-last]="op=NOP completed=0 skipped=202"
	[overflow]="op=NOP completed=337 overflowed=672" # 21 rounds of 48, 16 of each fit, and one
	[refuse]="total submitted=211 completed=36 failed=175"
	[multishot]="op=RECV submitted=1 completed=1 shots=101"
	[stall]="op=READ submitted=13 completed=0 open=13"
	[stall-cancelled]="op=READ submitted=13 completed=13 errors=13"
	[idle-provided]="op=RECV submitted=46 completed=23 open=23 bytes=94208" # 23 x 4096
	[rings]="total submitted=707 completed=707"
	[rings-come-and-go]="run rings=201"
)

names=("$@")
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(printf '%s\n' "${!cases[@]}" | sort)
# tmpfs, for one, takes O_DIRECT only since Linux 6.6.
direct=yes
TMPDIR=$DIR "$RINGLOAD" read --direct --count 1 >"$DIR/out" 2>"$DIR/err" || direct=$(cat "$DIR/err")
for name in "${names[@]}"; do
	if [[ $name == *-direct && $direct != yes ]]; then
		echo "$name: left out, $direct"
		continue
	fi
	[ -n "${cases[$name]:-}" ] || fail "no case $name"
	# shellcheck disable=SC2086  # arguments are words
	books "$name" ${cases[$name]}
	[ -z "${wanted[$name]:-}" ] || says ${wanted[$name]}
done
equal "temporary files left behind" "$(find "$DIR" -name 'ringload.*')" ""
