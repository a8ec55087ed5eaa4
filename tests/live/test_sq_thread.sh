#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# How often an SQPOLL thread slept and had to be woken. `ringload kinds --only sqpoll-woken` finds its thread asleep at each
# turn and wakes it, so a ring that is left alone afterwards has slept once more than it had turns. On a busy machine the
# thread may be about to sleep and not yet have, or be woken again when it has done all: so it is nine tenths of the turns
# at least, and one more than there were calls that woke it at most. One that is closed at once has figures too, though
# nobody looked at it while it lived.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq

turns=41

# record_woken OPTIONS OF RECORD … -- OPTIONS OF RINGLOAD …
record_woken() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	TMPDIR=$DIR "$RINGLENS" record "${options[@]}" -o "$DIR/trace" -- "$RINGLOAD" kinds --only "$kind" --count $turns --quiet "$@" \
		>"$DIR/truth" 2>"$DIR/err" || fail "record failed: $(cat "$DIR/err")"
	! grep -q '^truth road=.* absent' "$DIR/truth" || skip "this kernel has no such ring: $(cat "$DIR/truth")"
	"$RINGLENS" report "$DIR/trace" --json >"$DIR/report" || fail "no report"
}
wakeups() { sed -nE 's/^truth total .* wakeups=([0-9]+) .*/\1/p' "$DIR/truth"; }
slept() { within "$1: slept" "$(thread sleeps)" $((turns * 9 / 10)) $(($(wakeups) + 1 + ${2:-0})); }
thread() { jq ".queues[0].sq_thread.$1" "$DIR/report"; }

kind=sqpoll-woken
record_woken -- --hold 1500ms
slept held
equal "held: system calls that submitted" "$(jq .queues[0].calls.submitting "$DIR/report")" 0
# The command's end has closed the ring.
equal "held: asleep at the end" "$(thread asleep)" null

record_woken --mode aggregate -- --hold 1500ms
slept "held, aggregate"

# Closed at once, awake or asleep; the close itself may have to wait for the thread.
record_woken --
slept "closed at once" 2
within "closed at once: nanoseconds of CPU" "$(thread cpu_ns)" 1 "$(thread watched_ns)"

kind=plain
record_woken --
equal "plain ring: its thread" "$(jq .queues[0].sq_thread "$DIR/report")" null
echo "ok: $turns turns"
