#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# IoRing and RIO, which Wine does not have, on an emulation (emulated_queues.c): ringload.exe's books, and the events by
# which it makes these queues visible, made a trace and read by ringlens. Both must tell the same.
. "$(dirname "$0")/wine.sh"
command -v jq >/dev/null || skip "jq is not installed (scripts/setup test)"
wine_start
ringload=$WINDOWS_BUILD/workloads/ringload_emulated.exe
[ -e "$ringload" ] || fail "$ringload is not built"

# seen WORDS ARGUMENTS …: it runs, its truth has a line with the words, and its events become $DIR/report.json.
seen() {
	local words=$1
	shift
	rm -f "$DIR/events"
	RINGLOAD_EVENTS="Z:${DIR//\//\\}\\events" run "$ringload" "$@" --brief ||
		fail "ringload $*: exit status $?: $(cat "$DIR/err")"
	# shellcheck disable=SC2086  # words are words
	says "$DIR/out" $words
	"$EVENTS2ETL" "$DIR/events" "$DIR/own.etl" || fail "ringload $*: its events make no trace"
	"$RINGLENS" report --json "$DIR/own.etl" >"$DIR/report.json" || fail "ringlens cannot read the events of ringload $*"
}

# same QUEUE OP SEEN_OP: ringlens counts what ringload says.
same() {
	local count
	count=$(sed -nE "s/^truth op=$2 .*completed=([0-9]+).*/\1/p" "$DIR/out")
	equal "$2: requests seen by ringlens" \
		"$(jq "[.operations[] | select(.op == \"$3\") | .count] | add" "$DIR/report.json")" "$count"
	equal "$2: type of the queue" "$(jq -r '[.queues[].kind] | unique | join(" ")' "$DIR/report.json")" "$1"
}

echo "IoRing"
seen "op=READ submitted=211 completed=211 bytes=864256" read --count 211 --via ioring --random
same ioring READ IORING_READ
equal "IoRing: entries handed over at once, at most (--batch 8)" "$(jq '.queues[0].sq_depth.max' "$DIR/report.json")" 8
json_says "$DIR/report.json" '.books | .balanced and .open == 0 and .unmatched == 0' || fail "the books do not balance"
head -c 1m /dev/zero >"$DIR/zeroes"
seen "op=WRITE submitted=81 completed=81" fsync --count 101 --every 4 --via ioring --depth 7 --batch 3 \
	--fixed-files --fixed-buffers --file "$DIR/zeroes" --overwrite
same ioring WRITE IORING_WRITE
same ioring FLUSH IORING_FLUSH
says "$DIR/out" total registers=2
equal "blocks of the file that were written" "$(od -An -v -tx1 -w4096 "$DIR/zeroes" | grep -c '[1-9a-f]')" 81
seen "total completed=101 errors=0" mixed --count 101 --via ioring --rate 2000

echo "RIO"
seen "op=SEND errors=0 bytes=2020000" echo --count 101 --depth 5 --size 10000 --via rio
says "$DIR/out" op=RECV errors=0 bytes=2020000
same rio SEND RIO_SEND
same rio RECV RIO_RECV
