#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Sudden ends: of the process that is watched, of the recorder, of the screen. What was written stays readable, the
# books balance, and nothing stays behind in the kernel.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq bpftool script
cd "$DIR" || exit 1

# until_true SECONDS COMMAND …: tries until it succeeds.
until_true() {
	local i
	for ((i = 0; i < $1 * 20; i++)); do
		"${@:2}" && return
		sleep 0.05
	done
	return 1
}

# gone PID: it does not run any more; a zombie does not.
gone() { ! grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null; }

# objects PID: what the process holds in the kernel's BPF, as `prog ID`, `map ID` and `link ID`.
objects() { sed -nE 's/^(prog|map|link)_id:[[:space:]]*/\1 /p' "/proc/$1"/fdinfo/* 2>/dev/null | sort -u; }

# none_exists FILE: of the objects in it; nothing_left FILE: within a moment.
none_exists() {
	local kind id
	while read -r kind id; do
		bpftool "$kind" show id "$id" >/dev/null 2>&1 && return 1
	done <"$1"
	return 0
}
nothing_left() {
	[ "$(wc -l <"$1")" -ge 20 ] || fail "the collector held only: $(cat "$1")"
	until_true 5 none_exists "$1" || fail "left in the kernel: $(cat "$1")"
}

recording() { # a recorder that writes to FILE has begun
	[ -s "$1" ]
}

echo "the watched process, killed in mid-flight"
# kill_target NAME ARGUMENTS …: requests are in flight when it dies. The kernel cancels them with its rings.
kill_target() {
	local name=$1 recorder
	shift
	rm -f pid
	# shellcheck disable=SC2016
	"$RINGLENS" record -o trace -- sh -c 'echo $$ >pid; exec "$@"' - "$RINGLOAD" "$@" --quiet >out 2>err &
	recorder=$!
	started $recorder
	until_true 5 test -s pid || fail "$name: it did not start: $(cat err)"
	sleep 1
	kill -KILL "$(cat pid)"
	wait $recorder
	equal "$name: exit status of the recorder" $? 0
	grep -q 'ended by signal 9' err || fail "$name: the recorder does not say how it ended: $(cat err)"
	"$RINGLENS" report --json trace >report || fail "$name: no report"
	balanced report
	equal "$name: complete" "$(jq .session.complete report)" true
}
kill_target stall stall --depth 23
equal "stall: submitted" "$(jq .books.submitted report)" 23
# Cancelled by the exit, which ends before the recording does: requests that were in flight come back with an error.
equal "stall: errors and open requests" "$(jq '.books.open + ([.operations[].errors] | add)' report)" 23
kill_target read read --direct --depth 64 --duration 20s
[ "$(jq .books.submitted report)" -gt 1000 ] || fail "read: only $(jq .books.submitted report) requests"
kill_target rings rings --rings 53 --count 7 --hold 20s
equal "rings: rings and requests" "$(jq -c '[(.queues | length), .books.submitted]' report)" "[53,371]"

echo "the recorder, killed"
"$RINGLOAD" read --rate 10000 --duration 30s --wait 500ms --quiet >truth 2>&1 &
load=$!
started $load
"$RINGLENS" record -o trace -p $load >out 2>err &
recorder=$!
started $recorder
until_true 20 recording trace || fail "no recording: $(cat err)"
# A block goes to the file every second.
enough() { "$RINGLENS" report --json trace >report 2>/dev/null && json_says report '([.operations[].count] | add) >= 10000'; }
until_true 20 enough || fail "no 10000 requests in the file: $(cat err)"
objects $recorder >held
kill -KILL $recorder
wait $recorder 2>/dev/null
nothing_left held
"$RINGLENS" report --json trace >report || fail "no report"
equal "complete" "$(jq .session.complete report)" false
within "requests up to the last block ($(jq -c '.session, .books' report))" "$(jq '[.operations[].count] | add' report)" 10000 300000
json_says report '.losses | all(.kind | IN("file-truncated", "command-evicted", "command-missed"))' || fail "losses: $(jq -c .losses report)"
"$RINGLENS" report trace >out || fail "no report in words"
tr -s '\n ' ' ' <out | grep -q 'it has no end: the recorder was cut off' || fail "the report does not say so: $(head -4 out)"
"$RINGLENS" trace -i trace >out || fail "no lines"
equal "lines" "$(grep -c 'READ(' out)" "$(jq '[.operations[].count] | add' report)"
[ -z "${RINGLENS_TOP:-}" ] || "$RINGLENS_TOP" -i trace --once >out || fail "no screen"
kill -INT $load
wait $load
equal "the load: exit status" $? 0

if [ -n "${RINGLENS_TOP:-}" ]; then
	echo "the screen, killed"
	mkfifo keys
	exec 9<>keys
	for signal in INT TERM HUP QUIT SEGV KILL; do
		rm -f pid screen # the last signal's must be gone before anybody waits for this one's
		# shellcheck disable=SC2016
		top='echo $$ >pid; exec "$RINGLENS_TOP"' TERM=xterm RINGLENS_TOP=$RINGLENS_TOP \
			script -qfec 'stty rows 40 columns 120; eval "$top"' /dev/null <keys >screen 2>&1 &
		terminal=$!
		started $terminal
		until_true 20 grep -qs Help screen || fail "no screen: $(cat screen)"
		top=$(cat pid)
		collector=$(tr -d ' ' <"/proc/$top/task/$top/children")
		objects "$collector" >held
		kill -$signal "$top"
		until_true 3 gone "$top" || fail "SIG$signal: the screen still runs"
		until_true 3 gone "$collector" || fail "SIG$signal: its collector still runs"
		nothing_left held
		# Killed, it cannot give the terminal back; in all other cases it leaves the alternate screen last of all.
		[ $signal = KILL ] || tail -c 200 screen | grep -q $'\033\\[?1049l' || fail "SIG$signal: the terminal is not given back"
		wait $terminal 2>/dev/null
	done
fi
exit 0 # not the status of the last wait
