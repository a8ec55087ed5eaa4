# SPDX-License-Identifier: BSD-2-Clause
# Sourced by every Wine test: a prefix of its own, how to run a Windows program in it, how to compare and end.
#
#   WINDOWS_BUILD   the build of the preset `windows` (set by ctest)
#   DIR             an empty directory of the test's own, gone at its end
#
# Wine would fill a new prefix with 700 MB first, which takes up to a minute. What our programs need of it is one link to
# Wine's own libraries, so that is all this one has.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${WINDOWS_BUILD:=$root/build/release/windows}"
DIR=$(mktemp -d)
children=()

wine_end() {
	local status=$? pid
	for pid in "${children[@]}"; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	# Ends the server of this prefix, and waits for it, so that nothing holds the directory.
	[ -z "${WINEPREFIX:-}" ] || { wineserver -k; wineserver -w; } 2>/dev/null
	rm -rf "$DIR"
	exit "$status"
}
trap wine_end EXIT
trap 'exit 130' INT TERM

started() { children+=("$1"); }

. "$root/tests/compare.sh"
. "$root/tests/json_says.sh"

# Makes the prefix and fails when Wine cannot run a program of ours; from then on $WINEPREFIX is set.
wine_start() {
	local tool libraries
	for tool in wine wineserver; do
		command -v $tool >/dev/null || skip "$tool is not installed (scripts/setup test)"
	done
	libraries=$(find /usr/lib/x86_64-linux-gnu/wine /usr/lib/wine -maxdepth 1 -name x86_64-windows 2>/dev/null | head -n 1)
	[ -n "$libraries" ] || skip "Wine has no 64-bit libraries here (package wine64)"
	export WINEPREFIX=$DIR/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
	unset DISPLAY
	mkdir -p "$WINEPREFIX/drive_c/windows" "$WINEPREFIX/dosdevices"
	ln -s "$libraries" "$WINEPREFIX/drive_c/windows/system32"
	ln -s ../drive_c "$WINEPREFIX/dosdevices/c:"
	ln -s / "$WINEPREFIX/dosdevices/z:"
	echo disable >"$WINEPREFIX/.update-timestamp"
}

# temporary: files of ringload's own that are there now. Wine takes no TEMP from outside, so they are looked for everywhere.
temporary() { find "$WINEPREFIX/drive_c" -name 'rld*.tmp' "$@"; }

# run PROGRAM ARGUMENTS …: stdout in $DIR/out, stderr in $DIR/err, both without the \r of Windows; returns its status.
run() {
	local status
	timeout 60 wine "$@" >"$DIR/out.raw" 2>"$DIR/err.raw" </dev/null
	status=$?
	tr -d '\r' <"$DIR/out.raw" >"$DIR/out"
	tr -d '\r' <"$DIR/err.raw" >"$DIR/err"
	return $status
}

# says FILE KEY=VALUE …: some truth line over all rings has all of these words.
says() {
	local file=$1 word lines
	shift
	lines=$(grep '^truth \(op=\|total\|run\)' "$file")
	for word in "$@"; do
		lines=$(grep -- " $word\( \|$\)" <<<"$lines") || fail "no line with \"$*\" in: $(cat "$file")"
	done
}
