#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Every way a request can go and every kind of ring (ringload roads, ringload kinds), recorded: each has rings of its own,
# so the books of each ring in the report are those of one road, and they are held to what ringload counted on that ring,
# to the last request: classes, operations, results below zero, bytes, further completions. What the kernel lacks may only
# be what is newer than it.
# Arguments: names of roads or kinds to look at (default: all).
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq

# One line a ring, in order of creation: number, road, then the books and each operation, in the words of the truth.
truth_rings() {
	awk '
		function field(name,  i) {
			for (i = 1; i <= NF; i++)
				if (index($i, name "=") == 1) return substr($i, length(name) + 2)
			return 0
		}
		/^truth ring=[0-9]+ pid=/ { n = field("ring") + 0; road[n] = field("road"); rings = n }
		/^truth ring=[0-9]+ total / {
			n = field("ring") + 0
			books[n] = sprintf("submitted=%d completed=%d failed=%d overflowed=%d skipped=%d open=%d shots=%d messages=%d notifications=%d", field("submitted"),
				field("completed"), field("failed"), field("overflowed"), field("skipped"), field("open"),
				field("shots"), field("messages"), field("notifs"))
		}
		/^truth ring=[0-9]+ op=[^ ]+ submitted=/ {
			n = field("ring") + 0
			op = field("op")
			ended = field("submitted") - field("open")
			if (ended)
				ops[n] = ops[n] sprintf(" %s=%d/%d/%d", op ~ /^[0-9]+$/ ? "OP_" op : op, ended, field("errors"), field("bytes"))
		}
		END { for (i = 1; i <= rings; i++) print i "\t" road[i] "\t" books[i] ops[i] }' "$1" |
		awk -F'\t' -v OFS='\t' '{ n = split($3, words, " "); # operations in alphabetical order, as the report is read
			for (i = 10; i <= n; i++) for (k = i + 1; k <= n; k++) if (words[k] < words[i]) { t = words[i]; words[i] = words[k]; words[k] = t }
			line = words[1]; for (i = 2; i <= n; i++) line = line " " words[i]; print $1, $2, line }'
}

report_rings() {
	jq -r '. as $all | .queues[] | . as $queue | .books as $books |
		"submitted=\($books.submitted) completed=\($books.completed) failed=\($books.failed) overflowed=\($books.overflowed)" +
		" skipped=\($books.skipped) open=\($books.open) shots=\(.shots) messages=\(.messages) notifications=\(.notifications)" +
		([$all.operations[] | select(.queue == $queue.id and .count > 0) | " \(.op)=\(.count)/\(.errors)/\(.bytes // 0)"] | sort | join(""))' "$1"
}

# compare WORKLOAD: the rings one by one, all that differ are told.
compare() {
	local number road wanted got i=0 wrong=0 rings
	mapfile -t rings < <(report_rings "$DIR/report")
	while IFS=$'\t' read -r number road wanted; do
		got=${rings[i]:-no such ring}
		i=$((i + 1))
		# Left open when the ring was closed: the kernel completes them with ECANCELED, sooner or later.
		[ "$road" != closed ] || got=$(sed -E 's/completed=3(.*)open=0(.*) READ=3\/3\/0/completed=0\1open=3\2/' <<<"$got")
		[ "$got" = "$wanted" ] && continue
		wrong=$((wrong + 1))
		echo "$1: $road (ring $number):"
		echo "    ringload $wanted"
		echo "    ringlens $got"
	done < <(truth_rings "$DIR/truth")
	equal "$1: rings" "${#rings[@]}" "$i"
	# Also when the kernel gave one the memory of another that had died.
	equal "$1: rings with an id of their own" "$(jq '[.queues[].id] | unique | length' "$DIR/report")" "$i"
	[ $wrong -eq 0 ] || fail "$1: $wrong of $i rings differ"
	echo "ok $1: $i rings"
}

# all_operations: over all rings together.
all_operations() {
	local op counts got
	while read -r op counts; do
		got=$(jq -r --arg op "$op" '[.operations[] | select(.op == $op)] |
			"\([.[].count] | add // 0) \([.[].bytes // 0] | add // 0)"' "$DIR/report")
		# READs left open by `closed`, which the kernel completes when it closes their rings.
		[ "$op" != READ ] || [ "$1" != kinds ] || counts=$(awk -v cancelled="$(jq '.books.completed' "$DIR/report")" \
			-v completed="$(sed -nE 's/^truth total .*completed=([0-9]+) .*/\1/p' "$DIR/truth")" \
			'{ print $1 + cancelled - completed, $2 }' <<<"$counts")
		equal "$1: all $op, requests and bytes" "$got" "$counts"
	done < <(sed -nE 's/^truth op=([A-Z0-9_]+) submitted=([0-9]+) .* open=([0-9]+) .* bytes=([0-9]+) .*/\1 \2 \3 \4/p' "$DIR/truth" |
		awk '{ print $1, $2 - $3, $4 }')
}

# Absent is what came with a later release than this one, or what the disk of the folder cannot do (polling).
check_absent() {
	local name since
	while read -r name since; do
		[[ $name != *iopoll ]] || continue
		[ "$(printf '%s\n%s\n' "$since" "$(uname -r)" | sort -V | head -n 1)" != "$since" ] ||
			fail "$1: $name is absent, and Linux $since has it"
	done < <(sed -nE 's/^truth road=([^ ]+) absent since=(.*)/\1 \2/p' "$DIR/truth")
}

check() { # WORKLOAD
	local only=()
	[ ${#wanted[@]} -eq 0 ] || only=(--only "$(IFS=,; echo "${wanted[*]}")")
	TMPDIR=$DIR "$RINGLENS" record -o "$DIR/trace" -- "$RINGLOAD" "$1" "${only[@]}" --quiet >"$DIR/truth" 2>"$DIR/err" ||
		fail "$1: record failed: $(cat "$DIR/err")"
	"$RINGLENS" report "$DIR/trace" --json >"$DIR/report" || fail "$1: no report"
	check_absent "$1"
	compare "$1"
	all_operations "$1"
	balanced "$DIR/report"
	equal "$1: unmatched" "$(jq .books.unmatched "$DIR/report")" 0
}

# A file's name is the one it was opened by, also when it has the memory of a file that is gone.
check_names() {
	TMPDIR=/var/tmp "$RINGLENS" record -o "$DIR/trace" -- "$RINGLOAD" roads --only new-file --count 10007 --quiet >"$DIR/truth" 2>"$DIR/err" ||
		fail "names: record failed: $(cat "$DIR/err")"
	"$RINGLENS" trace -i "$DIR/trace" | sed -nE 's/.* (OPENAT|WRITE)\(.*[<"](\/[^>"]*)[>"].*/\1 \2/p' >"$DIR/names"
	equal "names of files that are written to" "$(grep -c WRITE "$DIR/names")" 10007
	awk '$1 == "OPENAT" { opened = $2 } $1 == "WRITE" && $2 != opened { print "opened " opened ", written to " $2; wrong = 1 } END { exit wrong }' \
		"$DIR/names" >"$DIR/wrong" || fail "names: $(wc -l <"$DIR/wrong") of 10007 are wrong: $(head -3 "$DIR/wrong")"
	echo "ok names"
}

wanted=("$@")
check roads
check kinds
[ $# -gt 0 ] || check_names
