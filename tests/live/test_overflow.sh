#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Completions that find the queue full name only their user_data. On a ring where all requests have the same one, each
# is still told of the request it was of: of so many NOPs those that did not fit, and never the read that stays open.
# Argument: same_user_data.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq
rounds=23

"$RINGLENS" record -o "$DIR/trace" -- "$1" $rounds >"$DIR/truth" 2>"$DIR/err" || fail "record failed: $(cat "$DIR/err")"
"$RINGLENS" report --json "$DIR/trace" >"$DIR/report" || fail "no report"
"$RINGLENS" trace -i "$DIR/trace" >"$DIR/lines" || fail "no lines"
number() { sed -nE "s/.*$1=([0-9]+).*/\1/p" "$DIR/truth"; }

balanced "$DIR/report"
equal unmatched "$(jq .books.unmatched "$DIR/report")" 0
equal "overflowed" "$(jq .books.overflowed "$DIR/report")" $(($(number nops) - $(number fitted)))
equal "reads that ended" "$(grep -c ' READ(.*) = 1 <' "$DIR/lines")" "$(number reads)"
equal "NOPs that overflowed" "$(grep -c ' NOP(.*completion queue full>' "$DIR/lines")" $(($(number nops) - $(number fitted)))
# The read was open for 30 ms; a NOP is over at once, whether it fits or not.
equal "NOPs that took milliseconds" "$(grep ' NOP(' "$DIR/lines" | grep -c '<[0-9.]*ms')" 0
echo "ok: $(cat "$DIR/truth")"
