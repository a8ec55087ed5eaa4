# SPDX-License-Identifier: BSD-2-Clause
# Sourced after live.sh by tests that count device commands to the last one: a kernel may run no probe for what an interrupt
# ends in the middle of some process. On one of our machines the first process is exempt from tracing so. A run that is not
# as it should be is done again when the kernel's own trace has commands that ended in the middle of that process.
. "$(dirname "${BASH_SOURCE[0]}")/tracing.sh"
tries=8
trace_instance
echo 1 >"$INSTANCE/events/block/block_rq_complete/enable"

# How many commands ended in the middle of the first process, since the trace was emptied.
ended_in_init() {
	local task count=0
	for task in $(sed -nE 's/^.*-([0-9]+) +\[[0-9]+\].* block_rq_complete: .*/\1/p' "$INSTANCE/trace"); do
		[ ! -e "/proc/1/task/$task" ] || count=$((count + 1))
	done
	echo $count
}

# attempt JUDGE ARGUMENT …: until it is content; see above.
attempt() {
	local try ended
	for ((try = 1; try <= tries; try++)); do
		echo >"$INSTANCE/trace"
		"$@" >"$DIR/said" && break
		ended=$(ended_in_init)
		[ "$ended" -gt 0 ] && [ $try -lt $tries ] || fail "$(cat "$DIR/said")"
		echo "again, $ended commands ended in the middle of process 1: $(tail -1 "$DIR/said")"
	done
	cat "$DIR/said"
}
