# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the scripts that run in guests: how they tell what came out.
#
#   case     NAME  ok|told|FAIL|n/a  DETAIL   fields are separated by tabs
#
# The exit status of such a script is the number of cases that failed.
. "$(dirname "${BASH_SOURCE[0]}")/../json_says.sh"
failures=0 results=0

# result NAME VERDICT DETAIL [FILE]...: of a failed case, the end of each file is shown as well.
result() {
	local file
	results=$((results + 1))
	printf 'case\t%s\t%s\t%s\n' "$1" "$2" "$3"
	[ "$2" = FAIL ] || return 0
	failures=$((failures + 1))
	for file in "${@:4}"; do
		[ ! -s "$file" ] || { echo "  --- $1: ${file##*/}" && tail -n 60 "$file" | cut -c 1-300 | sed 's/^/  /'; }
	done
}

# want [CASE]...: the cases asked for; none: all. asked CASE: is it among them?
wanted=
want() { wanted=" $* "; }
all_asked() { [ "$wanted" = "  " ]; }
asked() { all_asked || [[ $wanted = *" $1 "* ]]; }

# try CASE FUNCTION FILE: if asked for; fails with the last line on stderr, kept in FILE, when the function gave no result.
try() {
	local before=$results
	asked "$1" || return
	"$2" 2>"$3"
	[ "$results" -gt "$before" ] || result "$1" FAIL "$(tail -n 1 "$3")"
}

exit_with_failures() { exit "$failures"; }
