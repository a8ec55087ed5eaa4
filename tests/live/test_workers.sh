#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What is told of the time with io-wq. `ringload roads --only worker-blocked` splices an empty pipe: a worker takes the request
# up at once and sleeps in it for 100 ms, each turn again. So no time to speak of is spent waiting for a worker, whatever
# was seen of it: the first ones begin before anything tells when a worker takes up a request.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq

turns=5 turn_ns=100000000

# spent STAGE: nanoseconds of all requests; requests STAGE: how many passed it.
spent() { jq --arg stage "$1" '[.operations[] | select(.op == "SPLICE") | .stages[$stage].sum // 0] | add // 0' "$DIR/report"; }
requests() { jq --arg stage "$1" '[.operations[] | select(.op == "SPLICE") | .stages[$stage].count // 0] | add // 0' "$DIR/report"; }

"$RINGLENS" record -o "$DIR/trace" -- "$RINGLOAD" roads --only worker-blocked --count $turns --quiet >"$DIR/truth" 2>"$DIR/err" ||
	fail "record failed: $(cat "$DIR/err")"
"$RINGLENS" report "$DIR/trace" --json >"$DIR/report" || fail "no report"
balanced "$DIR/report"
equal "requests that a worker carried" "$(jq '[.operations[].paths.worker] | add' "$DIR/report")" $turns
within "waiting for a worker, ns" "$(spent worker-queued)" 0 $((turn_ns - 1))
within "in a worker or not known, ns" $(($(spent worker-running) + $(spent worker-unsplit))) $((turns * turn_ns * 9 / 10)) $((turns * turn_ns * 3))
equal "requests whose take-up was seen, and others" \
	$(($(requests worker-running) + $(requests worker-unsplit))) $turns
# Later ones are seen to be taken up.
within "requests whose take-up was seen" "$(requests worker-running)" 1 $turns
equal "requests seen to wait" "$(requests worker-queued)" "$(requests worker-running)"

# A single one: nothing was attached when it was handed over.
"$RINGLENS" record -o "$DIR/trace" -- "$RINGLOAD" roads --only worker-blocked --count 1 --quiet >"$DIR/truth" 2>"$DIR/err" ||
	fail "record failed: $(cat "$DIR/err")"
"$RINGLENS" report "$DIR/trace" --json >"$DIR/report" || fail "no report"
within "a single one, waiting for a worker, ns" "$(spent worker-queued)" 0 $((turn_ns - 1))
# With DEFER_TASKRUN a worker's completion waits until the task enters the kernel; it was carried by a worker all the same.
"$RINGLENS" record -o "$DIR/trace" -- "$RINGLOAD" kinds --only defer-worker --count $turns --quiet >"$DIR/truth" 2>"$DIR/err" ||
	fail "record failed: $(cat "$DIR/err")"
if ! grep -q 'kind=defer-worker absent\|road=defer-worker absent' "$DIR/truth"; then
	"$RINGLENS" report "$DIR/trace" --json >"$DIR/report" || fail "no report"
	balanced "$DIR/report"
	equal "requests of a deferring ring that a worker carried" "$(jq '[.operations[].paths.worker] | add' "$DIR/report")" $turns
fi
echo "ok: $turns requests of 100 ms in a worker"
