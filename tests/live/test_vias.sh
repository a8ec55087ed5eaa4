#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The baselines of ringload (--via): each request is done by the system calls that the interface stands for, in the number
# that ringload prints. Counted from the kernel's own trace of system calls, of this process and its threads only.
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/tracing.sh"

[ -e $TRACING/events/syscalls/sys_enter_pread64 ] || skip "this kernel traces no system calls by name"
trace_instance
echo 8192 >"$INSTANCE/buffer_size_kb"
echo 1 >"$INSTANCE/options/event-fork"
calls=(pread64 pwrite64 fsync io_submit io_getevents io_setup)

# Reads and writes of 4096 bytes only: the loader reads the heads of libraries by pread, too.
seen() { # CALL
	case $1 in
	pread64) grep 'sys_pread64(' "$DIR/trace" | grep -c 'count: 0x1000,' ;;
	*) grep -c "sys_$1(" "$DIR/trace" ;;
	esac
}

# run VIA WORKLOAD ARGUMENTS …: leaves its output in $DIR/out, what the kernel saw in $DIR/trace.
run() {
	local call pid
	# Stopped before its first instruction, so that its pid is known to the trace in time.
	bash -c 'kill -STOP $$; exec "$@"' - env "TMPDIR=$DIR" "$RINGLOAD" "$2" --via "$1" "${@:3}" >"$DIR/out" 2>"$DIR/err" &
	pid=$!
	started $pid
	until [ "$(awk '{ print $3 }' /proc/$pid/stat)" = T ]; do sleep 0.01; done
	echo $pid >"$INSTANCE/set_event_pid"
	echo >"$INSTANCE/trace"
	for call in "${calls[@]}"; do
		echo 1 >"$INSTANCE/events/syscalls/sys_enter_$call/enable"
	done
	kill -CONT $pid
	wait $pid || fail "$*: exit status $?: $(cat "$DIR/err")"
	# shellcheck disable=SC2034  # live.sh: nothing of this run is left to stop
	children=()
	echo 0 >"$INSTANCE/events/enable"
	cat "$INSTANCE/trace" >"$DIR/trace"
}

total() { sed -nE "s/^truth total .* $1=([0-9]+).*/\1/p" "$DIR/out"; }

for via in sync threads; do
	run $via mixed --count 503 --random
	equal "$via: preads" "$(seen pread64)" "$(truth "$DIR/out" READ completed)"
	equal "$via: pwrites" "$(seen pwrite64)" "$(truth "$DIR/out" WRITE completed)"
	equal "$via: system calls" "$(total calls)" 503
	equal "$via: submissions by libaio" "$(seen io_submit)" 0
	run $via fsync --count 101 --every 4
	# One more than the 20 of the work: none. The file of its own is written by write() and not synced.
	equal "$via: fsyncs" "$(seen fsync)" "$(truth "$DIR/out" FSYNC completed)"
	equal "$via: fsyncs" "$(seen fsync)" 20
	echo "ok $via"
done

run libaio mixed --count 503 --random
equal "libaio: requests" "$(total completed)" 503
equal "libaio: preads" "$(seen pread64)" 0
equal "libaio: system calls" "$(total calls)" $(($(seen io_submit) + $(seen io_getevents) + $(seen io_setup)))
[ "$(seen io_submit)" -lt 503 ] || fail "libaio: a submission for each request, although they come in batches"
equal "libaio: rings" "$(sed -nE 's/^truth run .* rings=([0-9]+) .*/\1/p' "$DIR/out")" 0
echo "ok libaio"
