#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Is a device's time told as the device's? A loop device on a file (slow_file.c) whose every read takes 20 ms, but one
# that stays until it is let go and one that fails: the stage `device` shows it and no other does, what hangs is shown
# as with the device while it hangs, the error says what it is, and a ring beside it looks as if nothing were.
# Argument: slow_file.
. "$(dirname "$0")/live.sh"
need_io_uring
need_tool jq
[ -c /dev/fuse ] || skip "no FUSE in this kernel"
count=64
held_at=$((23 * 4096))
broken_at=$((41 * 4096))
server='' reader=''

# Without its server every read of the file fails, so nothing of this can hang: it goes first, then the disk on its file.
unmount() { umount "$DIR/slow" 2>/dev/null; }
at_end unmount
. "$(dirname "$0")/loop.sh"
end_slow() {
	[ -z "$server" ] || { kill -KILL "$server" && wait "$server"; } 2>/dev/null
	[ -z "$reader" ] || kill "$reader" 2>/dev/null
}
at_end end_slow

mkdir "$DIR/slow"
"$1" "$DIR/slow" $((count * 4096)) 20 $held_at $broken_at >"$DIR/server" 2>&1 &
server=$!

# await WHAT COMMAND …
await() {
	local what=$1 i
	shift
	for ((i = 0; i < 1000; i++)); do
		"$@" && return
		kill -0 "$server" 2>/dev/null || fail "the slow file's server ended: $(cat "$DIR/server")"
		sleep 0.01
	done
	fail "no $what within 10 s"
}

times_held() { [ "$(grep -c '^held' "$DIR/server")" -eq "$1" ]; }

await "file of 20 ms" test -e "$DIR/slow/disk"
loop_device "$DIR/slow/disk" -r --direct-io=on
name=${LOOP#/dev/}
read_it=("$RINGLOAD" read --direct --file "$LOOP" --count "$count" --depth 4 --batch 1 --quiet)

# holds WHAT JQ-CONDITION: of the report; $r is the reads' operation, $d the device's queue.
holds() {
	json_says "$DIR/report" "
		(.operations[] | select(.op == \"READ\")) as \$r | (.devices[] | select(.name == \$loop).queues[0]) as \$d | $2" \
		--arg loop "$name" --argjson held_at $held_at --argjson broken_at $broken_at || fail "$1: $(jq -c '{operations, open, books}, .devices, .slowest[:2]' "$DIR/report")"
}

report() { # TRACE
	"$RINGLENS" report --json "$1" >"$DIR/report" || fail "no report of $1"
	balanced "$DIR/report"
}

# A recording that ends while one read hangs. All others have ended long before.
"$RINGLENS" record -o "$DIR/hung.rlt" --duration 1500ms -- "${read_it[@]}" >"$DIR/truth" 2>"$DIR/err" ||
	fail "record failed: $(cat "$DIR/err")"
reader=$(sed -nE 's/.*\(process ([0-9]+)\) still runs.*/\1/p' "$DIR/err")
[ -n "$reader" ] || fail "ringload is not said to run on: $(cat "$DIR/err")"
times_held 1 || fail "no read hangs"
report "$DIR/hung.rlt"
holds "what hangs" '.books.open == 1 and (.open | length) == 1 and .queues[0].ended_ns == null'
holds "where it hangs" '.open[0] | .op == "READ" and .stage == "device" and .offset_bytes == $held_at and
	.stages_ns.device > 500000000 and .stages_ns.device > .age_ns * 0.99'
holds "what file it hangs on" '.open[0].file == "/dev/\($loop)"'
holds "its command" '.open[0].commands | length == 1 and .[0].device == $loop and .[0].latency_ns == null and
	.[0].offset_bytes == $held_at'
holds "the device counts what ended" '$d.commands == 63 and $d.errors == 1 and $d.latency_ns.count == 63 and $d.depth.now == 1'
"$RINGLENS" report "$DIR/hung.rlt" >"$DIR/text"
tr -s ' \n' ' ' <"$DIR/text" | grep -qE 'oldest ringload[^=]* READ\([0-9]+<'"$LOOP"'>, off=94208, len=4096\) = \? <open 1\.[0-9]+s, device for 1\.' ||
	fail "the report does not say what hangs: $(cat "$DIR/text")"
"$RINGLENS_TOP" -i "$DIR/hung.rlt" --once >"$DIR/text" || fail "no screen"
equal "in flight on the screen" "$(awk '/^ringload/ { print $6 }' "$DIR/text")" 1
equal "in flight in the kernel" "$(awk '{ print $1 + $2 }' "/sys/block/$name/inflight")" 1
kill -USR1 "$server"
await "end of what hung" grep -q '^truth run' "$DIR/truth"
reader=
echo "ok a recording that ends while a read hangs"

# A recording of the whole, and a ring beside it that has nothing to do with the device.
cat >"$DIR/both" <<-END
	"$RINGLOAD" nop --count 1009 --rate 1000 --quiet &
	$(printf '%q ' "${read_it[@]}") >"$DIR/truth"
	wait
END
"$RINGLENS" record -o "$DIR/whole.rlt" -- bash "$DIR/both" >/dev/null 2>"$DIR/err" &
recorder=$!
started $recorder
await "read that hangs" times_held 2
began=$EPOCHREALTIME
sleep 1.5
held_ms=$(((${EPOCHREALTIME/./} - ${began/./}) / 1000))
kill -USR1 "$server"
wait $recorder || fail "record failed: $(cat "$DIR/err")"
report "$DIR/whole.rlt"
equal "reads" "$(jq '[.operations[] | select(.op == "READ").count] | add' "$DIR/report")" "$(truth "$DIR/truth" READ completed)"

# The machine's own delays make a few of them longer, so halves and tenths of all are judged, and the least.
holds "each with the device for 20 ms" '$r.stages.device | .count == 64 and .min >= 20000000 and .p50 < 23000000'
holds "the device says the same" '$d.commands == 64 and $d.latency_ns == $r.stages.device and $d.unlinked == 0'
holds "no other stage takes time" '[$r.stages | to_entries[] | select(.key != "device").value.p90] | max < 3000000'
holds "four of them at once" '$d.depth.max == 4 and $d.depth.now == 0'
holds "the held one was held in the device" '.slowest[0] | .offset_bytes == $held_at and
	.stages_ns.device > .latency_ns * 0.99 and .commands[0].latency_ns == .stages_ns.device'
within "how long it was held, ms" "$(jq '.slowest[0].stages_ns.device / 1000000 | floor' "$DIR/report")" $((held_ms)) $((held_ms + 300))
holds "the broken one" '$d.errors == 1 and $d.statuses == [{status: 10, text: "I/O error", count: 1}] and
	$r.errors == 1 and [.slowest[] | select(.result < 0) | [.result, .offset_bytes, .commands[0].status]] == [[-5, $broken_at, 10]]'
holds "the ring beside it" '.operations[] | select(.op == "NOP") | .count == 1009 and .errors == 0 and .latency_ns.p90 < 3000000 and
	(.stages | has("device") | not) and .places == []'
echo "ok a recording of the whole: $(jq -c '.operations[] | select(.op == "READ").stages | map_values({min, p50, max})' "$DIR/report")"
