#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A recorder at full speed whose output nobody reads: it still stops at a signal and at --duration, and says what
# it lost. When reading goes on, what arrives is whole.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq
cd "$DIR" || exit 1
mkfifo pipe

"$RINGLOAD" nop --bench --duration 90s --quiet --brief >truth 2>&1 &
load=$!
started $load

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

# The last words of a recorder in `err`: books that balance, and losses.
told_losses() { # NAME
	grep -q '(balanced)' err || fail "$1: no books: $(cat err)"
	tr -s '\n ' ' ' <err | grep -q 'could not be written in time when the recording was stopped' ||
		fail "$1: it does not say what it lost: $(cat err)"
}

# The command, writing to a pipe that is open and not read, ends in time and with 0.
stops_at_duration() { # NAME COMMAND …
	local began ended name=$1
	shift
	exec 8<>pipe
	began=$(now_ms)
	"$@" --duration 2s >pipe 2>err
	succeeded "$name" $? err
	ended=$(now_ms)
	# One that waits for its reader would never end; how long loading the probes takes is the machine's.
	within "$name, --duration 2s: ms" $((ended - began)) 2000 30000
	exec 8>&-
}
stops_at_signal() { # NAME SIGNAL COMMAND …
	local began ended pid name=$1 signal=$2
	shift 2
	exec 8<>pipe
	# A shell's job in the background ignores SIGINT; env gives it its meaning back.
	env --default-signal=INT "$@" >pipe 2>err &
	pid=$!
	started $pid
	head -c 100000 <&8 >/dev/null || fail "$name: no output" # it is under way; from here on nobody reads
	sleep 1
	began=$(now_ms)
	kill -"$signal" $pid
	wait $pid
	succeeded "$name, SIG$signal" $? err
	ended=$(now_ms)
	within "$name, SIG$signal: ms" $((ended - began)) 0 10000
	exec 8>&-
}

echo "record"
stops_at_duration record "$RINGLENS" record -o - -p $load
told_losses "record --duration"
for signal in INT TERM HUP; do
	stops_at_signal record $signal "$RINGLENS" record -o - -p $load
	told_losses "record, SIG$signal"
done

echo "trace"
stops_at_duration trace "$RINGLENS" trace -p $load
grep -q 'lines could not be written in time' err || fail "trace: it does not say what it lost: $(cat err)"
stops_at_signal trace INT "$RINGLENS" trace -p $load

# The reader sleeps for a while in the middle. The recording is whole but for what is said to be lost.
echo "a reader that pauses"
"$RINGLENS" record -o - -p $load --duration 2s 2>err | {
	sleep 1
	cat >trace
}
succeeded pause "${PIPESTATUS[0]}" err
"$RINGLENS" report --json trace >report || fail "pause: no report"
equal "pause: complete" "$(jq .session.complete report)" true
equal "pause: balanced" "$(jq .books.balanced report)" true
lost=$(lost report)
listed=$("$RINGLENS" trace -i trace | grep -c 'NOP()')
# What was still under way at the end has a line, too.
equal "pause: requests in the report and in the lines" "$(jq '.books.open + ([.operations[].count] | add)' report)" "$listed"
equal "pause: requests listed and lost, of those counted" $((listed + lost)) "$(jq .books.submitted report)"
kill $load
wait $load

# On a terminal a recording tells how far it is, but not when it goes into a pipe: its reader may be a screen.
if command -v script >/dev/null; then
	script -qec "'$RINGLENS' record -o '$DIR/trace' --duration 1500ms" /dev/null >"$DIR/said" </dev/null
	grep -q "recording: " "$DIR/said" || fail "no progress on a terminal: $(cat "$DIR/said")"
	script -qec "'$RINGLENS' record -o - --duration 1500ms | cat >/dev/null" /dev/null >"$DIR/said" </dev/null
	grep -q "0 lost" "$DIR/said" || fail "no books after a pipe: $(cat "$DIR/said")"
	! grep -q "recording: " "$DIR/said" || fail "progress beside the reader of a pipe"
fi
