#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The ringlens authors
#
# ringlens.exe under Wine prints byte for byte what ringlens prints on Linux, with the same exit status and sentences: from
# synthetic Windows traces, from a trace that Linux compressed with zstd, from the text form, from a pipe, from what is
# damaged, empty, missing or a directory. What needs Windows says so in a sentence.
. "$(dirname "$0")/wine.sh"
wine_start
export TZ=UTC LC_ALL=C.UTF-8
exe=$WINDOWS_BUILD/collector/ringlens.exe
[ -x "$exe" ] || fail "$exe is not built"
wineserver -p10

# same WORDS …: both programs, in $DIR, and the same of all three.
same() {
	local linux windows
	(cd "$DIR" && "$RINGLENS" "$@" >linux.out 2>linux.err </dev/null)
	linux=$?
	(cd "$DIR" && timeout 60 wine "$exe" "$@" >windows.out 2>windows.err </dev/null)
	windows=$?
	equal "exit status of ringlens $*" "$windows" "$linux"
	cmp "$DIR/windows.out" "$DIR/linux.out" || fail "ringlens $* prints something else (above)"
	diff "$DIR/windows.err" "$DIR/linux.err" || fail "ringlens $* complains otherwise (above)"
	compared=$((compared + 1))
}
compared=0

# What there is to read. A name of other scripts is a name as well.
for trace in "$(dirname "$0")"/../fuzz/corpus/etl/*; do
	[ -s "$trace" ] && cp "$trace" "$DIR/синтез-$(basename "$trace").etl"
done
cp "$(dirname "$0")/../golden/report/one_ring/input.txt" "$DIR/linux.txt"
"$TEXT2TRACE" <"$DIR/linux.txt" >"$DIR/linux.rlt" || fail "text2trace"
head -c 300 "$DIR/linux.rlt" >"$DIR/cut.rlt"
: >"$DIR/empty.rlt"
head -c 4096 /dev/urandom >"$DIR/noise.rlt"
mkdir "$DIR/directory"

count=0
for trace in "$DIR"/синтез-*.etl; do
	[ $((count += 1)) -gt 3 ] && break
	same report "$(basename "$trace")" --json
	same trace -i "$(basename "$trace")"
done
[ "$count" -gt 0 ] || fail "there is no synthetic trace"
for real in perfview/net.4.5.2.x64 tx/HTTP_Server; do
	[ -f "$(dirname "$0")/../../../shared/etl/$real.etl" ] && cp "$(dirname "$0")/../../../shared/etl/$real.etl" "$DIR/real.etl" && same report real.etl
done
same report linux.rlt
same report linux.txt --compare linux.rlt
for bad in cut.rlt empty.rlt noise.rlt missing.rlt directory; do
	same report "$bad"
done
same report --nonsense linux.rlt
same nonsense
same report

# A copy reads as what it was made of (but for the table of what else is in the file), here as there, and is not written
# over it.
for trace in "$DIR"/синтез-*.etl; do
	"$RINGLENS" report "$trace" >/dev/null 2>&1 && whole=$(basename "$trace")
done
for original in "${whole:?no synthetic trace can be read to its end}" linux.rlt; do
	(cd "$DIR" && wine "$exe" record -i "$original" -o copy.rlt) >"$DIR/copied" 2>&1 || fail "record -i $original: $(cat "$DIR/copied")"
	(cd "$DIR" && "$RINGLENS" report --json "$original" | jq 'del(.contents)' >original.json && "$RINGLENS" report --json copy.rlt | jq . >copy.json) || fail "report"
	cmp "$DIR/original.json" "$DIR/copy.json" || fail "the copy of $original differs"
done
cp "$DIR/linux.rlt" "$DIR/kept.rlt"
(cd "$DIR" && wine "$exe" record -i linux.rlt -o ./linux.rlt) 2>"$DIR/said" && fail "a recording was copied over itself"
grep -q 'are the same file' "$DIR/said" || fail "record -i linux.rlt -o ./linux.rlt: $(cat "$DIR/said")"
cmp "$DIR/linux.rlt" "$DIR/kept.rlt" || fail "a recording was written over"
(cd "$DIR" && wine "$exe" record -i linux.rlt -o copy.etl) 2>"$DIR/said"
equal "exit status of record -i … -o copy.etl" $? 2

# A pipe, and one whose reader goes away.
wine "$exe" report - <"$DIR/linux.rlt" >"$DIR/piped" 2>&1 || fail "report from standard input: $(cat "$DIR/piped")"
grep -q '^ *READ' "$DIR/piped" || fail "report from standard input: $(cat "$DIR/piped")"
wine "$exe" report - --all <"$DIR/linux.rlt" 2>"$DIR/err" | head -n 1 >/dev/null
equal "complaints when the reader goes away" "$(cat "$DIR/err")" ""

# What only Windows can do.
run "$exe" record -o "$(basename "$DIR").rlt"
equal "exit status of record" $? 1
grep -q 'Wine .* has no event tracing' "$DIR/err" || fail "record: $(cat "$DIR/err")"
run "$exe" check --json
equal "exit status of check" $? 0
json_says "$DIR/out" '.features | map(select(.name == "sessions" and .state == "off")) | length == 1' ||
	fail "check: $(cat "$DIR/out")"
run "$exe" --help
grep -q ' record ' "$DIR/out" || fail "--help: $(cat "$DIR/out")"
grep -Eq '^  (list|top) ' "$DIR/out" && fail "--help lists commands that are not built: $(cat "$DIR/out")"
echo "$compared runs alike on both systems"
