#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# How ringload ends: its exit statuses, its one sentence for each failure, signals, and what it leaves behind.
# Argument: deny_io_uring, the helper that hides io_uring from a command.
. "$(dirname "$0")/live.sh"
need_io_uring
deny_io_uring=$1

# ends STATUS SENTENCE ARGUMENTS …: exit status, and one line on stderr that contains the sentence (none if empty).
ends() {
	local wanted=$1 sentence=$2 got
	shift 2
	TMPDIR=$DIR "${prefix[@]}" "$RINGLOAD" "$@" >"$DIR/out" 2>"$DIR/err"
	got=$?
	equal "ringload $*: exit status ($(cat "$DIR/err"))" $got "$wanted"
	if [ -z "$sentence" ]; then
		equal "ringload $*: lines on stderr" "$(wc -l <"$DIR/err")" 0
		return
	fi
	equal "ringload $*: lines on stderr" "$(wc -l <"$DIR/err")" 1
	grep -qF -- "$sentence" "$DIR/err" || fail "ringload $*: said \"$(cat "$DIR/err")\", wanted \"$sentence\""
}

# await PATTERN PID
await() {
	local i
	for ((i = 0; i < 1000; i++)); do
		grep -q "$1" "$DIR/out" && return
		kill -0 "$2" 2>/dev/null || fail "ended before \"$1\": $(cat "$DIR/out" "$DIR/err")"
		sleep 0.01
	done
	fail "no \"$1\" within 10 s"
}

# launch ARGUMENTS …: in the background; sets $pid.
launch() {
	: >"$DIR/out"
	TMPDIR=$DIR "$RINGLOAD" "$@" >"$DIR/out" 2>"$DIR/err" &
	pid=$!
	started $pid
}

# truth_of FILE total|run KEY
truth_of() { sed -nE "s/^truth $2 (.* )?$3=([^ ]*).*/\2/p" "$1"; }

# left: temporary files of ringload that are still there.
left() { find "$DIR" -name 'ringload.*' | wc -l; }

prefix=()

echo "usage"
ends 2 "which workload?"
ends 2 'no workload "nosuch"' nosuch
ends 2 "no option --bogus" nop --bogus
ends 2 "workload nop has no use for --file" nop --file x
ends 2 "--depth wants a whole number" nop --depth x
ends 2 "--batch 64 is larger than --depth 32" nop --batch 64
ends 0 "" --help
ends 0 "" --version
for workload in $(sed -nE '/^workloads:/,/^$/s/^  ([a-z]+) .*/\1/p' "$DIR/out"); do
	ends 0 "" "$workload" --help
done

echo "what the machine cannot do"
ends 4 "setup flags DEFER_TASKRUN" nop --setup DEFER_TASKRUN # needs SINGLE_ISSUER
ends 4 "cannot do --direct" read --direct --file /proc/version
prefix=("$deny_io_uring" 1)
ends 4 "not permitted here" nop
prefix=("$deny_io_uring" 38)
ends 4 "this kernel has no io_uring" nop
prefix=()

echo "files"
ends 1 "cannot create /nonexistent/x" read --file /nonexistent/x
ends 1 "neither a file nor a block device" read --file /dev/zero
ends 1 "neither a file nor a block device" read --file "$DIR"
echo precious >"$DIR/precious"
ends 1 "smaller than one request" read --file "$DIR/precious"
for workload in write mixed fsync; do
	ends 1 "--overwrite allows it" $workload --file "$DIR/precious"
done
equal "the file that was not to be touched" "$(cat "$DIR/precious")" precious
ends 0 "" write --file "$DIR/precious" --overwrite --size 1 --file-size 9 --count 9
[ "$(cat "$DIR/precious")" != precious ] || fail "--overwrite wrote nothing"
[ -e "$DIR/precious" ] || fail "a file of the user's was removed"
ends 0 "" read --file "$DIR/new" --file-size 64k --count 7
[ ! -e "$DIR/new" ] || fail "a file that ringload created stayed"
truncate -s 1m "$DIR/shrinking"
ends 1 "fewer than --file-size" read --file "$DIR/shrinking" --file-size 2m

echo "output"
"$RINGLOAD" nop >/dev/full 2>"$DIR/err"
equal "full output: exit status" $? 1
grep -q "cannot write the truth" "$DIR/err" || fail "full output: $(cat "$DIR/err")"
"$RINGLOAD" nop --wait 300ms 2>"$DIR/err" | true
equal "closed output: exit status" "${PIPESTATUS[0]}" 1
ends 0 "" nop --quiet --count 7
equal "--quiet: lines that are no truth" "$(grep -vc '^truth ' "$DIR/out")" 0
ends 0 "" rings --brief --rings 7
equal "--brief: lines of single rings" "$(grep -c 'ring=' "$DIR/out")" 0
equal "--brief: rings" "$(truth_of "$DIR/out" run rings)" 7

echo "signals"
for signal in INT TERM; do
	launch read --duration 1h --rate 1000
	await '^ready' $pid
	sleep 0.2
	equal "temporary files at work" "$(left)" 1
	kill -$signal $pid
	wait $pid
	equal "SIG$signal: exit status" $? 0
	equal "SIG$signal: open" "$(truth_of "$DIR/out" total open)" 0
	within "SIG$signal: submitted" "$(truth_of "$DIR/out" total submitted)" 2 1000
	equal "temporary files after SIG$signal" "$(left)" 0
done
launch stall --depth 5
await '^stalled open=5' $pid
kill -INT $pid
wait $pid
equal "stall, SIGINT: exit status" $? 0
equal "stall, SIGINT: open" "$(truth_of "$DIR/out" total open)" 5

echo "the second signal ends the waiting"
launch timeout --interval 1h --depth 8 --batch 8
await '^ready' $pid
sleep 0.2
kill -INT $pid
sleep 0.3
kill -0 $pid || fail "it did not wait for what was in flight"
kill -INT $pid
wait $pid
equal "two SIGINTs: exit status" $? 0
within "two SIGINTs: open" "$(truth_of "$DIR/out" total open)" 1 16

echo "killed in mid-flight"
launch stall --depth 5
await '^stalled open=5' $pid
kill -KILL $pid
wait $pid 2>/dev/null
equal "SIGKILL: exit status" $? 137
equal "SIGKILL: lines of truth" "$(grep -c '^truth' "$DIR/out")" 0

echo "time"
ends 0 "" nop --duration 200ms --threads 2 --brief --rate 1000
elapsed=$(truth_of "$DIR/out" run elapsed_ns)
within "--duration 200ms: elapsed ns" "$elapsed" 200000000 500000000
within "--rate 1000: submitted by two threads" "$(truth_of "$DIR/out" total submitted)" 300 402
ends 0 "" nop --count 3 --wait 150ms --pause 150ms --hold 150ms
ends 0 "" mixed --seed 7 --count 211 --quiet --brief
first=$(grep '^truth op=.*submitted' "$DIR/out")
ends 0 "" mixed --seed 7 --count 211 --quiet --brief
equal "the same seed" "$(grep '^truth op=.*submitted' "$DIR/out")" "$first"
