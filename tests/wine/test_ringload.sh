#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# ringload.exe: every workload that Wine can do tells the truth, what it cannot do is refused in one sentence, and it ends
# as it should. Truth is compared with what was asked for and with what is then in the files, not with itself.
. "$(dirname "$0")/wine.sh"
wine_start
ringload=$WINDOWS_BUILD/workloads/ringload.exe
[ -e "$ringload" ] || fail "$ringload is not built"

# ends STATUS SENTENCE ARGUMENTS …: exit status, and one line on stderr that contains the sentence (none if empty).
ends() {
	local wanted=$1 sentence=$2 got
	shift 2
	run "$ringload" "$@"
	got=$?
	equal "ringload $*: exit status ($(cat "$DIR/err"))" $got "$wanted"
	if [ -z "$sentence" ]; then
		equal "ringload $*: lines on stderr" "$(wc -l <"$DIR/err")" 0
		return
	fi
	equal "ringload $*: lines on stderr" "$(wc -l <"$DIR/err")" 1
	grep -qF -- "$sentence" "$DIR/err" || fail "ringload $*: said \"$(cat "$DIR/err")\", wanted \"$sentence\""
}

# tells WORDS ARGUMENTS …: it ends well, and its truth has a line with all of the words.
tells() {
	local words=$1
	shift
	ends 0 "" "$@" --brief
	# shellcheck disable=SC2086  # words are words
	says "$DIR/out" $words
}

echo "files"
for via in iocp event apc scatter sync; do
	read_op=READ write_op=WRITE
	[ $via != scatter ] || read_op=READ_SCATTER write_op=WRITE_GATHER
	tells "op=$read_op submitted=211 completed=211 errors=0 short=0 bytes=864256" read --count 211 --via $via --random
	# What was written is counted in the file itself: the writes, and nothing else, are not 0.
	head -c 1m /dev/zero >"$DIR/zeroes"
	tells "op=$write_op submitted=53 completed=53 bytes=217088" \
		write --count 53 --via $via --file "$DIR/zeroes" --overwrite
	equal "$via: blocks of the file that were written" \
		"$(od -An -v -tx1 -w4096 "$DIR/zeroes" | grep -c '[1-9a-f]')" 53
done
tells "op=FLUSH submitted=20 completed=20" fsync --count 101 --every 4
says "$DIR/out" op=WRITE submitted=81 completed=81 bytes=331776
tells "op=READ submitted=503 completed=503" read --count 503 --shared --threads 3
tells "total submitted=202 completed=202 errors=0" mixed --count 101 --threads 2 --direct --via event
tells "op=READ submitted=101 errors=0 bytes=413696" read --count 101 --skip-success
tells "op=POST submitted=1009 completed=1009" nop

echo "the same seed, the same requests as on Linux"
TMPDIR=$DIR "$RINGLOAD" mixed --count 211 --seed 7 --quiet --brief >"$DIR/linux" || fail "the Linux build failed"
tells "total submitted=211" mixed --count 211 --seed 7
for op in READ WRITE; do
	equal "mixed: ${op}s" "$(grep "^truth op=$op submitted" "$DIR/out")" "$(grep "^truth op=$op submitted" "$DIR/linux")"
done

echo "sockets"
for way in "--batch 1" "--via event" "--threads 2 --via apc" "--shared --threads 3"; do
	# shellcheck disable=SC2086
	tells "run units=101" echo --count 101 --depth 5 --batch 4 --size 10000 $way
	says "$DIR/out" op=SEND errors=0 bytes=2020000 # 101 messages, to and fro
	says "$DIR/out" op=RECV errors=0 bytes=2020000
done
tells "op=ACCEPT submitted=5 completed=5" echo --count 101 --depth 5
says "$DIR/out" op=CONNECT submitted=5 completed=5
tells "op=SEND submitted=202 errors=0 bytes=827392" echo --count 101 --depth 5 --skip-success

echo "requests that stay"
tells "op=READ submitted=13 completed=0 open=13" stall --depth 13 --duration 100ms
grep -q '^stalled open=13$' "$DIR/out" || fail "stall did not say that it stalled"
for via in iocp event apc; do
	tells "op=READ submitted=13 completed=13 errors=13" stall --depth 13 --duration 100ms --end cancel --via $via
	says "$DIR/out" op=READ errno=ERROR_OPERATION_ABORTED count=13
done
tells "op=READ submitted=13 completed=13 bytes=13" stall --depth 13 --duration 100ms --end answer --via apc

echo "what Windows, or Wine, does not have"
ends 4 "this Windows has no IoRing" read --via ioring
ends 4 "this Windows has no registered I/O (RIO)" echo --via rio

echo "usage"
ends 2 "which workload?"
ends 2 "no option --sqpoll" read --sqpoll
ends 2 "workload read cannot go by rio: iocp, event, apc, scatter, sync, ioring" read --via rio
ends 2 "--via is one of iocp|event|apc|scatter|sync|ioring|rio, not" read --via io_uring
ends 2 "--via sync does one request at a time" read --via sync --depth 2
ends 2 "at most 64 events" read --via event --depth 65 --batch 1
ends 2 "--size in pages of 4096 bytes" read --via scatter --size 512
ends 2 "--skip-success has a meaning only" read --via event --skip-success
ends 2 "at most 2 threads" echo --threads 3
ends 0 "" --help
grep -q -- '--via' "$DIR/out" || fail "--help does not speak of --via"
! grep -q 'sqpoll\|setup flags' "$DIR/out" || fail "--help speaks of what only Linux has"
ends 0 "" echo --help
grep -q 'It can go by iocp, event, apc, rio\.' "$DIR/out" || fail "echo --help does not say by what it can go"

echo "files that need care"
echo precious >"$DIR/precious"
ends 1 "--overwrite allows it" write --file "$DIR/precious" --size 1
equal "the file that was not to be touched" "$(cat "$DIR/precious")" precious
ends 1 "(ERROR_PATH_NOT_FOUND)" read --file "$DIR/no/such/file"
ends 0 "" read --file "$DIR/new" --file-size 64k --count 7
[ ! -e "$DIR/new" ] || fail "a file that ringload created stayed"

echo "names of every script"
export LC_ALL=C.UTF-8 # Wine gets file names of other scripts from it
mkdir "$DIR/данные 数据"
head -c 64k /dev/zero >"$DIR/данные 数据/täble.db"
tells "op=WRITE submitted=7 completed=7 bytes=28672" \
	write --count 7 --file "$DIR/данные 数据/täble.db" --overwrite
equal "blocks of it that were written" "$(od -An -v -tx1 -w4096 "$DIR/данные 数据/täble.db" | grep -c '[1-9a-f]')" 7
ends 1 "данные 数据/täble.db holds data that write would destroy" write --file "$DIR/данные 数据/täble.db" --size 1
ends 0 "" read --file "$DIR/данные 数据/новый" --file-size 64k --count 7
[ ! -e "$DIR/данные 数据/новый" ] || fail "a file of another script that ringload created stayed"
ends 2 "--neплохо" read --neплохо

echo "Ctrl-C, which Wine makes of SIGINT"
# launch ARGUMENTS …: in the background, with SIGINT as it is for a program in the foreground; sets $pid.
launch() {
	: >"$DIR/out"
	set -m
	wine "$ringload" "$@" >"$DIR/out" 2>"$DIR/err" </dev/null &
	pid=$!
	set +m
	started $pid
}
# await PATTERN: in $DIR/out, of the program launched last.
await() {
	local i
	for ((i = 0; i < 600; i++)); do
		grep -q "$1" "$DIR/out" && return
		kill -0 $pid 2>/dev/null || fail "ended before \"$1\": $(cat "$DIR/out" "$DIR/err")"
		sleep 0.1
	done
	fail "no \"$1\" within a minute"
}
# interrupted OPEN: Ctrl-C ends it well, and that many are open.
interrupted() {
	kill -INT $pid
	wait $pid
	succeeded Ctrl-C $? "$DIR/err"
	tr -d '\r' <"$DIR/out" >"$DIR/out.unix" && mv "$DIR/out.unix" "$DIR/out"
	says "$DIR/out" "total" "open=$1"
}
launch stall --depth 5
await '^stalled open=5'
interrupted 5
launch read --duration 1h --rate 1000 --pause 1ms
await '^ready'
for ((i = 0; i < 600; i++)); do # it works when its file is there
	[ -z "$(temporary -size 16M)" ] || break
	sleep 0.1
done
[ -n "$(temporary)" ] || fail "ringload works without a temporary file"
interrupted 0

echo "time"
tells "total open=0" nop --duration 200ms --rate 1000
within "--duration 200ms: elapsed ns" "$(sed -nE 's/^truth run .*elapsed_ns=([0-9]+).*/\1/p' "$DIR/out")" 200000000 5000000000
equal "temporary files left behind" "$(temporary)" ""
