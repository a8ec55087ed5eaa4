#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every workload that ringload knows, recorded, against the truth that ringload printed: the total books and each
# operation's count, failures, errors and bytes, to the last request. The books balance and nothing is lost.
# Arguments: names of cases to run (default: all).
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq

# Sums of the report over all rings, in the words of the truth. `errors` counts negative results of completed requests.
report_line() { # FILE
	jq -r '.books | "submitted=\(.submitted) completed=\(.completed) failed=\(.failed) overflowed=\(.overflowed) skipped=\(.skipped) open=\(.open)"' "$1"
}

truth_line() { # FILE
	sed -nE 's/^truth total (submitted=[0-9]+ completed=[0-9]+ failed=[0-9]+ overflowed=[0-9]+ skipped=[0-9]+ open=[0-9]+).*/\1/p' "$1"
}

# What the report counts of one operation: requests that ended, in whatever way.
compare_operation() { # CASE OP
	local count bytes wanted=0 way name=$2
	[[ $name =~ ^[0-9]+$ ]] && name=OP_$name # how the report calls an operation that does not exist
	count=$(jq --arg op "$name" '[.operations[] | select(.op == $op) | .count] | add // 0' "$DIR/report")
	bytes=$(jq --arg op "$name" '[.operations[] | select(.op == $op) | .bytes // 0] | add // 0' "$DIR/report")
	for way in completed failed overflowed skipped; do
		wanted=$((wanted + $(truth "$DIR/truth" "$2" $way)))
	done
	equal "$1: $2 requests" "$count" "$wanted"
	equal "$1: $2 bytes" "$bytes" "$(truth "$DIR/truth" "$2" bytes)"
}

check() { # CASE ARGUMENTS …
	local name=$1 op
	shift
	TMPDIR=$DIR "$RINGLENS" record "${options[@]}" -o "$DIR/trace" -- "$RINGLOAD" "$@" --quiet >"$DIR/truth" 2>"$DIR/err" ||
		fail "$name: record failed: $(cat "$DIR/err")"
	"$RINGLENS" report "$DIR/trace" --json >"$DIR/report" || fail "$name: no report"
	balanced "$DIR/report"
	equal "$name: the books" "$(report_line "$DIR/report")" "$(truth_line "$DIR/truth")"
	for op in $(sed -nE 's/^truth op=([A-Z0-9_]+) submitted=.*/\1/p' "$DIR/truth"); do
		compare_operation "$name" "$op"
	done
	echo "ok $name: $(report_line "$DIR/report")"
}

wanted=("$@")
options=()
case_of() { # NAME ARGUMENTS …
	[ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " = *" $1 "* ]] || return 0
	check "$@"
}

case_of nop nop --count 1009
case_of nop-single nop --count 1009 --depth 1 --batch 1
case_of read read --count 1009
case_of read-direct read --count 211 --direct
case_of read-fixed read --count 1009 --fixed-buffers --fixed-files
case_of read-sqpoll read --count 1009 --sqpoll
case_of write write --count 1009
case_of fsync fsync --count 211
case_of mixed mixed --count 1009
case_of files files --count 211
case_of echo echo --count 211
case_of poll poll --count 211
case_of punt punt --count 211
case_of links links --count 211
case_of links-broken links --count 211 --break 2
case_of drain drain --count 211
case_of timeout timeout --count 53
case_of skip skip --count 211
case_of skip-broken skip --count 211 --break 2
case_of overflow overflow --count 211
case_of refuse refuse --count 211
case_of multishot multishot --count 53
case_of rings rings --rings 53 --count 23
case_of threads nop --threads 3 --count 1009

# Counted all the same when hardly a request has a record.
options=(--min-latency 1h)
case_of few-records read --count 1009
options=(--mode aggregate)
case_of aggregate read --count 1009
options=()

# Requests that nobody answers are open when the recording ends, each of them listed with its stage.
stalled() {
	local open
	"$RINGLENS" record -o "$DIR/trace" --duration 400ms -- "$RINGLOAD" stall --depth 23 --duration 2s --quiet \
		>/dev/null 2>"$DIR/err" || fail "stall: record failed: $(cat "$DIR/err")"
	"$RINGLENS" report "$DIR/trace" --json >"$DIR/report" || fail "stall: no report"
	balanced "$DIR/report"
	open=$(jq .books.open "$DIR/report")
	equal "stall: open requests" "$open" 23
	"$RINGLENS" report "$DIR/trace" | grep -q 'poll-armed' || fail "stall: the report does not say where they stand"
	echo "ok stall: $open open"
}
[ ${#wanted[@]} -ne 0 ] && [[ " ${wanted[*]} " != *" stall "* ]] || stalled
