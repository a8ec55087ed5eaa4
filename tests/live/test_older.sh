#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The hour it is made for: what hangs was submitted before anybody looked. A ring with 23 reads of a pipe that nobody writes
# to, and a busy ring, both older than ringlens: the list, the report and the screen tell the 23, and none of the busy one.
# Where the kernel does not let older requests be counted (before 6.16) none of them says that there are none.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq
depth=23

"$RINGLOAD" stall --depth $depth --duration 60s >"$DIR/stalled" &
stalled=$!
started $stalled
"$RINGLOAD" read --depth 7 --file-size 1m --rate 5000 --duration 60s --quiet >/dev/null &
busy=$!
started $busy
for ((i = 0; i < 500; i++)); do
	grep -q "^stalled open=$depth" "$DIR/stalled" && break
	sleep 0.01
done

"$RINGLENS" list --json >"$DIR/list" || fail "no list"
listed=$(jq ".queues[] | select(.pid == $stalled).in_flight" "$DIR/list")
# An aggregate of a second and a half has snapshots, as the screen does.
"$RINGLENS" record --mode aggregate --pid $stalled,$busy -o "$DIR/trace.rlt" --duration 2500ms >/dev/null 2>"$DIR/err" ||
	fail "record failed: $(cat "$DIR/err")"
"$RINGLENS" report --json "$DIR/trace.rlt" >"$DIR/report" || fail "no report"
balanced "$DIR/report"
"$RINGLENS_TOP" -i "$DIR/trace.rlt" --once >"$DIR/screen" || fail "no screen"
of() { jq -c ".queues[] | select(.pid == $1) | [.in_flight.max, .older_open]" "$DIR/report"; }
on_screen() { awk "/^ringload\\[$1\\]/ { print \$6 }" "$DIR/screen"; }

if [ "$listed" = null ]; then
	equal "in the report" "$(of $stalled)" "[0,null]"
	equal "on the screen" "$(on_screen $stalled)" "0+"
	skip "this kernel does not count the requests of a ring"
fi
equal "in the list" "$listed" $depth
equal "in the report" "$(of $stalled)" "[$depth,$depth]"
equal "on the screen" "$(on_screen $stalled)" $depth
# Of a ring that never stands still the count is never too small, and one too many when each look fell into a submission.
within "older ones of the busy ring" "$(jq ".queues[] | select(.pid == $busy).older_open" "$DIR/report")" 0 1
echo "ok $depth requests older than the recording"

# One by one, too, as far as the kernel has them on a list: here all of them. When they began nobody knows.
listed() { jq -c '[length, (map([.op, .stage, .submit_ns, .age_ns, .offset_bytes, .file[:5]]) | unique)]'; }
equal "in the list of open requests" "$(jq .open "$DIR/report" | listed)" "[$depth,[[\"READ\",\"poll-armed\",null,null,null,\"pipe:\"]]]"
equal "user_data in the list of open requests" "$(jq '[.open[].user_data] | unique | length' "$DIR/report")" $depth
"$RINGLENS_TOP" -i "$DIR/trace.rlt" --screen 100x40 --keys 4 >"$DIR/screen" || fail "no screen"
within "lines of the screen" "$(grep -c '^ older poll-armed .* READ .*pipe:' "$DIR/screen")" 10 $depth
echo "ok one by one"

# Those that workers of io-wq have in hand.
"$RINGLOAD" stall --async --depth 7 --duration 60s >"$DIR/carried" &
carried=$!
started $carried
for ((i = 0; i < 500; i++)); do
	grep -q "^stalled open=7" "$DIR/carried" 2>/dev/null && break
	sleep 0.01
done
sleep 0.5 # until each has its worker
"$RINGLENS" record --pid $carried -o "$DIR/carried.rlt" --duration 500ms >/dev/null 2>"$DIR/err" || fail "record failed: $(cat "$DIR/err")"
"$RINGLENS" report --json "$DIR/carried.rlt" >"$DIR/report" || fail "no report"
balanced "$DIR/report"
equal "carried by workers" "$(jq -c '[.queues[0].older_open, (.open | length), (.open | map([.op, .stage, .submit_ns]) | unique)]' "$DIR/report")" \
	'[7,7,[["SPLICE","worker-running",null]]]'
kill $carried
echo "ok in workers"

# When they end, they are in flight no more.
"$RINGLENS" record --mode aggregate --pid $stalled -o "$DIR/ended.rlt" --duration 4s >/dev/null 2>"$DIR/err" &
recorder=$!
started $recorder
for ((i = 0; i < 500; i++)); do
	[ -s "$DIR/ended.rlt" ] && break
	sleep 0.01
done
sleep 1.5
kill $stalled
wait $recorder || fail "record failed: $(cat "$DIR/err")"
"$RINGLENS" report --json "$DIR/ended.rlt" >"$DIR/report" || fail "no report"
equal "when all have ended" "$(jq -c '.queues[] | [.in_flight.max, .older_open]' "$DIR/report")" "[$depth,0]"
echo "ok they ended"
