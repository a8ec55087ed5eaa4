#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Whatever a command is given, it answers with one sentence and the right exit status: wrong words on the command line,
# files that are no recordings, recordings that were cut off or damaged. Needs no privilege: no probe is loaded.
# Argument: text2trace, which makes recordings from text.
. "$(dirname "$0")/live.sh"
text2trace=$1
cd "$DIR" || exit 1

# ends STATUS SENTENCE COMMAND …: exit status, nothing on stdout, and one line on stderr that contains the sentence.
ends() {
	local wanted=$1 sentence=$2 got
	shift 2
	timeout 10 "$@" >out 2>err </dev/null
	got=$?
	equal "$*: exit status ($(cat err))" $got "$wanted"
	equal "$*: lines on stderr ($(cat err))" "$(wc -l <err)" 1
	equal "$*: bytes on stdout" "$(wc -c <out)" 0
	grep -qF -- "$sentence" err || fail "$*: said \"$(cat err)\", wanted \"$sentence\""
}

echo "commands and options"
ends 2 "a command is missing" "$RINGLENS"
ends 2 'no command "nosuch"' "$RINGLENS" nosuch
ends 2 'no command ""' "$RINGLENS" ""
ends 2 'no command "nosuch"' "$RINGLENS" help nosuch
for command in list record trace report check; do
	ends 2 "no option --bogus" "$RINGLENS" $command --bogus
	ends 2 "no option -Z" "$RINGLENS" $command -Z
	ends 2 "two" "$RINGLENS" $command one two
	ends 2 "a command must follow --" "$RINGLENS" $command --
done
for command in list report check; do
	ends 2 "it takes no command after --" "$RINGLENS" $command -- true
	ends 2 "--json takes no value" "$RINGLENS" $command --json=1
done
ends 2 "--output FILE, or -" "$RINGLENS" record
ends 2 "ringlens report FILE" "$RINGLENS" report
ends 2 "it cannot run a command" "$RINGLENS" trace -i x -- true
ends 2 "not for --input" "$RINGLENS" trace -i x --duration 1s
if [ -n "${RINGLENS_TOP:-}" ]; then
	ends 2 "no such option" "$RINGLENS_TOP" --bogus
	ends 2 "a recording is given with -i" "$RINGLENS_TOP" x
	ends 2 "within 100ms and 1h" "$RINGLENS_TOP" --interval 1ms
fi

# Values that make no sense. Each is refused before anything is read, loaded or overwritten.
echo "values"
echo precious >old
values() { # OPTION WORDS VALUE …: refused by the commands that take it
	local option=$1 words=$2 value
	shift 2
	for value; do
		ends 2 "--$option $value: $words" "$RINGLENS" record -o old --"$option" "$value"
	done
	ends 2 "--$option needs a value" "$RINGLENS" record -o old --"$option"
	ends 2 "--$option needs a value" "$RINGLENS" record -o old --"$option" ""
	ends 2 "--$option needs a value" "$RINGLENS" record -o old --"$option="
}
values duration "a time is" 5 x -5s 5S "5 s" 1.2.3s 1e3s nans ms
values duration "the time must be above 0" 0 0s 0.0ms
values duration "that is more than" 99999999999h 18446744073709551616ns
values snapshot "a time is" 1 -1s
values snapshot "the time must be above 0" 0s
ends 2 "20ms or more" "$RINGLENS" record -o old --snapshot 1ns
values min-latency "a time is" 5 -5us
values buffer "a size is" 0 -1 x 1.5.2M 99999999999999999999
values mode "it is full or aggregate" x Full
values codec "it is zstd, zlib or none" gzip
values control-fd "it is a number of an open descriptor" -1 x 77 99999999999
values pid "a process id is a number from 1 to 2147483647" 0 -1 x 2147483648 99999999999999999999 1x
values pid "the list has an empty word" 1,,2 1, ,
values op "there is no such operation" NOPE 256 -1
values op "the list has an empty word" READ,,FSYNC READ,
values ring "a ring is its id or PID:FD" 0 x 1:x : 1: :1 1:2:3 4294967296
ends 2 "--device needs a name" "$RINGLENS" record -o old --device /dev/
ends 2 "rows sort by" "$RINGLENS" report old --sort nosuch
ends 2 "live system only" "$RINGLENS" report old --cgroup /
equal "the file that was not to be touched" "$(cat old)" precious

# A filter that names what is not there is said, and not refused: here it is the command that cannot be run.
echo "filters of nothing"
"$RINGLENS" record -o old -p 2147483647,$$ --device nosuch -- ./nosuch 2>err
equal "said of filters" "$(grep -c 'there is no' err)" 2
grep -q "no process 2147483647 now" err || fail "a process: $(cat err)"
grep -q "no block device nosuch now" err || fail "a device: $(cat err)"
for partition in /sys/class/block/*/partition; do
	[ -e "$partition" ] || continue
	partition=$(dirname "$partition")
	"$RINGLENS" record -o old --device "$(basename "$partition")" -- ./nosuch 2>err
	disk=$(basename "$(dirname "$(readlink -f "$partition")")")
	grep -q "is a partition, .*--device $disk\$" err || fail "a partition: $(cat err)"
	break
done

# What was given is no recording.
echo "files"
mkdir directory
: >empty
echo "hello world" >text
head -c 4096 /dev/zero >zeros
seq 1 20000 >numbers
printf '12 SES' >half-a-line
printf '12 SESSION os=plan9\n' >no-such-word
echo "# nothing but words" >comment
no_recording() { # FILE WORDS [WORDS OF THE SCREEN]
	ends 1 "$2" "$RINGLENS" report "$1"
	ends 1 "$2" "$RINGLENS" report --json "$1"
	ends 1 "$2" "$RINGLENS" trace -i "$1"
	[ -n "${RINGLENS_TOP:-}" ] || return 0
	ends 1 "${3:-$2}" "$RINGLENS_TOP" --once -i "$1"
	ends 1 "${3:-$2}" "$RINGLENS_TOP" -i "$1"
}
no_recording nosuch "No such file"
no_recording directory "is a directory"
no_recording empty "is empty"
no_recording /dev/null "is empty"
no_recording text "is not a ringlens trace"
no_recording zeros "is not a ringlens trace"
no_recording /dev/zero "is not a ringlens trace"
no_recording numbers "is not a ringlens trace"
no_recording "$RINGLENS" "is not a ringlens trace"
no_recording half-a-line "line 1" "is not a ringlens trace"
no_recording no-such-word "line 1"
no_recording comment "holds no events"
no_recording - "is empty"
ends 1 "is empty" "$RINGLENS" report ""
if [ "$(id -u)" -ne 0 ]; then
	: >secret
	chmod 0 secret
	no_recording secret "Permission denied"
fi

# Recordings of another tool are named, not called damaged. The start of an ETL file: docs/format.md is silent on it.
etl() { # u32 buffer size, …, u16 type 4 at 0x36, …, record marker 0xc0 at 0x4b
	printf '\0\0\1\0'
	head -c 50 /dev/zero
	printf '\4\0'
	head -c 19 /dev/zero
	printf '\300'
	head -c 65460 /dev/zero
}
etl >windows.etl
ends 1 "Windows event trace" "$RINGLENS" report windows.etl
ends 1 "Windows event trace" "$RINGLENS" trace -i windows.etl

# A recording of some blocks: long paths fill them soon. A request follows each path.
awk 'BEGIN {
	print "1000ms SESSION start_unix_ns=1763864705000000000 os=linux mode=full pointer_bytes=8 cpu_count=2 \"host=db1\\nkernel=6.18.0\\n\""
	print "1001ms QUEUE queue=7 created_ns=1001ms pid=4242 fd=5 sq_entries=8 cq_entries=16 type=io_uring \"fio\""
	for (path = "/x"; length(path) < 3000; )
		path = path path
	for (i = 1; i <= 809; i++) {
		printf "%dus FILE file=%d type=regular \"%s\"\n", 1100000 + i, i, path
		printf "%dus REQUEST queue=7 submit_ns=%dus op=READ fd=3 file=%d length_bytes=512 result=512 end=completed tid=4242 pid=4242\n",
			1100000 + i, 1100000 + i - 7, i
	}
	print "2000ms QUEUE_STATE queue=7 submitted=809 completed=809"
	print "2000ms SESSION_END duration_ns=1000ms"
}' | "$text2trace" >whole || fail "no recording to work with"
bytes=$(stat -c %s whole)
"$RINGLENS" report --json whole >report || fail "the whole recording cannot be read"
equal "requests in the whole recording" "$(jq .books.completed report)" 809

# A terminal that cannot move its cursor, and one that nobody knows. The recording is good.
echo "terminals"
for terminal in dumb nosuch; do
	[ -n "${RINGLENS_TOP:-}" ] && command -v script >/dev/null || break
	TERM=$terminal timeout 10 script -qec "'$RINGLENS_TOP' -i whole" /dev/null >out 2>&1 </dev/null
	equal "TERM=$terminal: exit status" $? 1
	grep -q "terminal cannot be used" out || fail "TERM=$terminal: $(cat out)"
done

# Offsets of the blocks, from their headers (docs/format.md): u16 header_bytes at 4, u32 stored_bytes at 40.
field() { od -An -t "u$3" -j $(($1 + $2)) -N "$3" whole | tr -d ' '; }
starts=()
for ((at = 32; at < bytes; at += $(field $at 4 2) + $(field $at 40 4))); do starts+=("$at"); done
equal "the last block ends with the file" "$at" "$bytes"
within "blocks" ${#starts[@]} 3 30

# cut BYTES: the report of a recording that ends there. What is in complete blocks is in the report, and it says that
# there is no end.
cut() {
	local i full=0 events=0
	for ((i = 0; i < ${#starts[@]}; i++)); do
		[ "${starts[i + 1]:-$bytes}" -le "$1" ] || break
		full=$((full + 1))
		events=$((events + $(field "${starts[i]}" 32 4)))
	done
	head -c "$1" whole >part
	if [ "$1" -lt 32 ]; then
		no_recording part "ends within its first 32 bytes"
		return
	fi
	if [ "$1" -eq 32 ]; then
		ends 1 "holds no events" "$RINGLENS" report part
		return
	fi
	timeout 10 "$RINGLENS" report --json part >report 2>err
	succeeded "cut to $1" $? err
	equal "cut to $1: lines on stderr" "$(wc -l <err)" 0
	equal "cut to $1: complete" "$(jq .session.complete report)" "$([ "$1" -eq "$bytes" ] && echo true || echo false)"
	# Half of the events are requests, but for the two that lead; a block may end between a path and its request.
	[ $full -eq 0 ] || [ "$1" -eq "$bytes" ] ||
		equal "cut to $1: requests" "$(jq '[.operations[].count] | add' report)" $(((events - 2) / 2))
	if [ "$(jq --argjson at "$1" 'index($at)' <<<"[$(tr ' ' , <<<"${starts[*]}"),$bytes]")" = null ]; then
		equal "cut to $1: losses" "$(jq -r '.losses[].kind' report)" file-truncated
		equal "cut to $1: balanced" "$(jq .books.balanced report)" false
	else
		equal "cut to $1: losses" "$(jq -c .losses report)" "[]"
	fi
	timeout 10 "$RINGLENS" trace -i part >out 2>err
	equal "cut to $1: exit status of trace" $? 0
	timeout 10 "$RINGLENS" report part >out 2>err
	equal "cut to $1: exit status of report" $? 0
	[ "$1" -eq "$bytes" ] || grep -q 'cut off\|no session header' out || fail "cut to $1: the report does not say so: $(head -4 out)"
	[ -z "${RINGLENS_TOP:-}" ] || timeout 10 "$RINGLENS_TOP" -i part --once >out 2>err || fail "cut to $1: $(cat err)"
}
echo "cut off"
RANDOM=11
for at in 1 4 8 9 31 32 33 "$bytes" "${starts[@]:1}"; do
	cut "$at"
done
for at in "${starts[@]:1}" "$bytes"; do
	cut $((at - 1))
	[ "$at" -eq "$bytes" ] || cut $((at + 1))
done
for ((i = 0; i < 11; i++)); do
	cut $((33 + (RANDOM << 15 | RANDOM) % (bytes - 33)))
done

# A changed bit is found: never a crash, never a hang. What is not hit is reported.
echo "changed bits"
flip() { # OFFSET BIT: in the file `part`
	printf "\\$(printf %o $(($(od -An -tu1 -j "$1" -N1 part) ^ 1 << $2)))" | dd of=part bs=1 seek="$1" conv=notrunc status=none
}
readable() { # WHAT COMMAND …: it ends in time with 0 or 1, and with 1 says a sentence
	local what=$1 status
	shift
	timeout 10 "$@" >out 2>err </dev/null
	status=$?
	[ $status -le 1 ] || fail "$what: $*: exit status $status"
	[ $status -eq 0 ] || [ -s err ] || fail "$what: $*: no sentence"
	return $status
}
{
	echo '1000ms SESSION start_unix_ns=1763864705000000000 os=linux mode=full cpu_count=2 "host=db1\n"'
	echo '1001ms QUEUE queue=7 created_ns=1001ms pid=4242 fd=5 sq_entries=8 cq_entries=16 type=io_uring "fio"'
	seq -f '%.0fus REQUEST queue=7 submit_ns=1100ms op=READ fd=3 length_bytes=512 result=7 end=completed tid=4242' 1100000 1100022
	echo '2000ms SESSION_END duration_ns=1000ms'
} | "$text2trace" >small || fail "no small recording to work with"
small=$(stat -c %s small)
for ((i = 0; i < 211; i++)); do
	cp small part
	at=$(((RANDOM << 15 | RANDOM) % small))
	bit=$((RANDOM % 8))
	flip $at $bit
	what="bit $bit of byte $at"
	# All is well in the report only if all of it is there.
	if readable "$what" "$RINGLENS" report --json part; then
		json_says out '(.losses != [] and (.books.balanced | not)) or .operations[0].count == 23' ||
			fail "$what: damage is not told: $(jq -c '.books, .losses' out)"
	fi
	readable "$what" "$RINGLENS" trace -i part || :
	[ -z "${RINGLENS_TOP:-}" ] || readable "$what" "$RINGLENS_TOP" --once -i part || :
done
echo "changed bits in one block of many"
for at in "${starts[@]:1:2}"; do
	cp whole part
	flip $((at + 64 + RANDOM)) $((RANDOM % 8))
	readable "block at $at" "$RINGLENS" report --json part || fail "block at $at: $(cat err)"
	equal "block at $at: losses" "$(jq -r '.losses[].kind' out)" block-damaged
	equal "block at $at: what was lost" "$(jq -r '.losses[].count' out)" "$(field "$at" 32 4)"
	equal "block at $at: complete" "$(jq .session.complete out)" true
done

# Standard output that takes nothing, or is gone.
echo "output"
for command in "report whole" "report whole --json" "trace -i whole" "list" "list --json" "check" "help" "record --help" --version; do
	[ "$(id -u)" -eq 0 ] || [[ $command != list* ]] || continue # refused without privilege: test_privileges.sh
	# shellcheck disable=SC2086
	timeout 10 "$RINGLENS" $command >/dev/full 2>err
	equal "$command, full: exit status" $? 1
	grep -q "could not be written: No space left" err || fail "$command, full: $(cat err)"
	# shellcheck disable=SC2086
	timeout 10 "$RINGLENS" $command 2>err | true
	succeeded "$command | true" "${PIPESTATUS[0]}" err
	# shellcheck disable=SC2086
	timeout 10 "$RINGLENS" $command 2>err | head -1 >out
	succeeded "$command | head -1" "${PIPESTATUS[0]}" err
	equal "$command | head -1: lines" "$(wc -l <out)" 1
	equal "$command | head -1: bytes on stderr ($(cat err))" "$(wc -c <err)" 0
	# shellcheck disable=SC2086
	timeout 10 "$RINGLENS" $command >&- 2>err
	equal "$command, closed: exit status" $? 1
	grep -q "could not be written\|is closed" err || fail "$command, closed: $(cat err)"
done
if [ -n "${RINGLENS_TOP:-}" ]; then
	timeout 10 "$RINGLENS_TOP" --once -i whole >/dev/full 2>err
	equal "top --once, full: exit status" $? 1
	timeout 10 "$RINGLENS_TOP" --once -i whole 2>err | true
	within "top --once | true: exit status" "${PIPESTATUS[0]}" 0 1
	timeout 10 "$RINGLENS_TOP" -i whole </dev/null >/dev/null 2>err
	equal "top without a terminal: exit status" $? 1
	grep -q terminal err || fail "top without a terminal: $(cat err)"
fi
