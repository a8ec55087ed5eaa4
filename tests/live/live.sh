# SPDX-License-Identifier: BSD-2-Clause
# Sourced by every live test: where the programs are, what a test may need, how it compares and ends.
#
#   RINGLENS, RINGLOAD, RINGLENS_TOP   the programs under test (set by ctest; else the release build)
#   DIR                                an empty directory of the test's own, gone at its end
#
# What a test starts in the background it hands to `started`, and its end stops exactly that. Whatever else it must undo is a
# function that it names to `at_end`, the last first: the exit status is kept by the one trap here.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
: "${RINGLENS:=$root/build/release/collector/ringlens}"
: "${RINGLENS_TOP:=$root/build/release/tui/ringlens-top}"
: "${RINGLOAD:=$root/build/release/workloads/ringload}"
DIR=$(mktemp -d)
children=()
undoings=()

live_end() {
	local status=$? pid undoing
	for undoing in "${undoings[@]}"; do "$undoing"; done
	for pid in "${children[@]}"; do
		kill "$pid" 2>/dev/null && kill -CONT "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	rm -rf "$DIR"
	exit "$status"
}
trap live_end EXIT
trap 'exit 130' INT TERM

started() { children+=("$1"); }
at_end() { undoings=("$1" "${undoings[@]}"); }

need_root() { [ "$(id -u)" -eq 0 ] || skip "not root: the kernel can be neither probed nor traced"; }

need_tool() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || skip "$tool is not installed (scripts/setup test)"
	done
}

need_io_uring() {
	[ "$(cat /proc/sys/kernel/io_uring_disabled 2>/dev/null || echo 0)" -eq 0 ] || skip "io_uring is disabled on this machine"
}

. "$root/tests/compare.sh"
. "$root/tests/json_says.sh"

# truth FILE OP KEY: the sum over all rings that ringload printed, from a line `truth op=OP … KEY=value`.
truth() {
	local value
	value=$(sed -nE "s/^truth op=$2 (.* )?$3=([^ ]*).*/\2/p" "$1")
	[ -n "$value" ] || fail "$1 says no $3 of $2: $(cat "$1")"
	echo "$value"
}

# lost REPORT.json: how many things were lost, with requests or before them. Not counting device commands that ended where
# the kernel runs no probes, as it does in the middle of a process it exempts from tracing: test_device_links has those.
lost() { jq '[.losses[] | select(.kind | IN("command-evicted", "command-missed") | not) | .count // 1] | add // 0' "$1"; }

# balanced REPORT.json: the books balance in total and for each queue, and nothing was lost.
balanced() {
	json_says "$1" '[.books, .queues[].books] | all(.balanced and
		.submitted == .completed + .failed + .overflowed + .skipped + .open + .lost)' ||
		fail "the books do not balance: $(jq -c '.books, .losses, ([.queues[] | select(.books.balanced | not)][:5][] | {id, comm, books})' "$1")"
	[ "$(lost "$1")" = 0 ] || fail "something was lost: $(jq -c .losses "$1")"
}
