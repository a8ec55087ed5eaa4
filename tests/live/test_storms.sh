#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Many rings, rings that come and go, many watchers at once, attaching while requests fly, and a recorder that gets
# hardly any CPU: the counts are true, what is lost is told, and the collector stays small.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq
cd "$DIR" || exit 1
ulimit -n 8192 || fail "1000 rings need as many descriptors"

books() { jq -c '.books | [.submitted, .completed, .open, .lost, .unmatched]' "$1"; }

# await FILE PATTERN PID
await() {
	local i
	for ((i = 0; i < 1200; i++)); do
		grep -q "$2" "$1" 2>/dev/null && return
		kill -0 "$3" 2>/dev/null || fail "it ended before \"$2\": $(cat "$1")"
		sleep 0.05
	done
	fail "no \"$2\" within 60 s: $(cat "$1")"
}

# resident PID: the largest it has been, in KiB.
resident() { sed -nE 's/^VmHWM:\s*([0-9]+) kB/\1/p' "/proc/$1/status"; }

# Rings that are older than the recorder; their process stands still until the recorder has found them.
echo "1000 rings"
"$RINGLOAD" rings --rings 1000 --count 23 --pause 5s --hold 90s --brief >load 2>&1 &
load=$!
started $load
for ((i = 0; i < 600; i++)); do
	[ "$(find /proc/$load/fd -lname 'anon_inode:\[io_uring\]' 2>/dev/null | wc -l)" -lt 1000 ] || break
	sleep 0.1
done
kill -STOP $load
"$RINGLENS" list --json >list || fail "list failed"
equal "rings in the list" "$(jq --argjson pid $load '[.queues[] | select(.pid == $pid)] | length' list)" 1000
"$RINGLENS" list >out || fail "list failed"
equal "lines in the list" "$(grep -c " $load ringload" out)" 1000
"$RINGLENS" record -o trace -p $load >out 2>err &
recorder=$!
started $recorder
for ((i = 0; i < 600; i++)); do
	[ "$(stat -c %s trace 2>/dev/null || echo 0)" -lt 4096 ] || break # the rings are in it
	sleep 0.1
done
kill -CONT $load
await load '^truth total' $load
within "resident memory of the recorder, KiB" "$(resident $recorder)" 1 65536
kill $recorder
wait $recorder
succeeded recorder $? err
"$RINGLENS" report --json trace >report || fail "no report"
balanced report
equal "1000 rings: books" "$(books report)" "[23000,23000,0,0,0]"
equal "1000 rings: rings" "$(jq '.queues | length' report)" 1000
"$RINGLENS" report trace >out || fail "no report in words"
within "1000 rings: lines of the report" "$(wc -l <out)" 40 150
equal "1000 rings: lines wider than 80 columns" "$(awk 'length > 80' out | wc -l)" 0
grep -q 'and 980 more rings' out || fail "the report does not sum up: $(cat out)"
"$RINGLENS" report --all trace >out || fail "no report of all"
equal "1000 rings: rings in the whole report" "$(grep -c "^ *[0-9]* ringload\[$load\]" out)" 1000
if [ -n "${RINGLENS_TOP:-}" ]; then
	"$RINGLENS_TOP" --once -p $load >out || fail "no screen"
	grep -q '^rings 1000 ' out || fail "the screen shows: $(head -3 out)"
	"$RINGLENS_TOP" --once -i trace >out || fail "no screen of the recording"
fi
kill $load
wait $load

# come_and_go NAME ARGUMENTS …: 10 000 rings with three requests each.
come_and_go() {
	"$RINGLENS" record -o trace -- "$RINGLOAD" rings "${@:2}" --count 3 --quiet --brief >truth 2>err || fail "$1: $(cat err)"
	"$RINGLENS" report --json trace >report || fail "$1: no report"
	balanced report
	equal "$1: books" "$(books report)" "[30000,30000,0,0,0]"
	equal "$1: rings" "$(jq '.queues | length' report)" 10000
}
echo "rings that come and go"
come_and_go "one after the other" --rings 1 --times 10000
come_and_go "a hundred at a time" --rings 100 --times 100
come_and_go "a thousand at a time" --rings 1000 --times 10

# The load is the inner recorder's command, and that one the outer's: both are ready before it begins.
echo "two recorders and a screen"
"$RINGLENS" record -o full -- "$RINGLENS" record -o aggregate --mode aggregate -- \
	"$RINGLOAD" read --rate 20000 --duration 8s --quiet >truth 2>err &
recorders=$!
started $recorders
if [ -n "${RINGLENS_TOP:-}" ]; then
	await full . $recorders
	"$RINGLENS_TOP" --once --interval 2s -c ringload >screen 2>&1 || fail "no screen: $(cat screen)"
	grep -q '^ringload\[' screen || fail "the screen shows no ring: $(cat screen)"
fi
wait $recorders
succeeded "two recorders" $? err
submitted=$(truth truth READ submitted)
for trace in full aggregate; do
	"$RINGLENS" report --json $trace >report || fail "$trace: no report"
	balanced report
	equal "$trace: books" "$(books report)" "[$submitted,$submitted,0,0,0]"
	equal "$trace: requests of the operation" "$(jq '.operations[0].count' report)" "$submitted"
done

# At most what fits into the rings was in flight when the recording began: completions of requests that it never saw
# begin. They are counted apart, and nothing else is amiss. The same at its end.
echo "attach and detach while requests fly"
"$RINGLOAD" nop --depth 32 --threads 2 --bench --duration 90s --quiet --brief >truth 2>&1 &
load=$!
started $load
sleep 0.5
for i in 1 2 3; do
	"$RINGLENS" record -o trace -p $load --duration 500ms >out 2>err || fail "attached: $(cat err)"
	"$RINGLENS" report --json trace >report || fail "attached: no report"
	json_says report '.books.balanced and .books.lost == 0' || fail "attached: $(jq -c .books report)"
	within "attached: completions without submission" "$(jq .books.unmatched report)" 0 64
	within "attached: open at the end" "$(jq .books.open report)" 0 64
	within "attached: submitted" "$(jq .books.submitted report)" 1 40000000
done
kill $load
wait $load

# Three busy loops at normal priority leave a recorder at the lowest hardly any CPU. It may lose, and then says so:
# what is in the report and what is in its losses is everything.
echo "a starved recorder"
for i in 1 2 3; do
	sh -c 'while :; do :; done' &
	started $!
	busy[i]=$!
done
# The load itself runs at normal priority, and begins when the recorder is ready, however long that takes.
nice -n 19 "$RINGLENS" record -o trace -- nice -n -19 "$RINGLOAD" nop --rate 100000 --duration 3s --quiet >truth 2>err ||
	fail "starved: $(cat err)"
kill "${busy[@]}"
"$RINGLENS" report --json trace >report || fail "starved: no report"
json_says report .books.balanced || fail "starved: $(jq -c .books report)"
equal "starved: complete" "$(jq .session.complete report)" true
seen=$(jq .books.submitted report)
listed=$("$RINGLENS" trace -i trace | grep -c 'NOP()')
lost=$(lost report)
equal "starved: requests listed and lost, of those counted" $((listed + lost)) "$seen"
equal "starved: counted" "$seen" "$(truth truth NOP submitted)"
