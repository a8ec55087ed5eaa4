#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Is a device queue's limit what it can really hold? nr_requests in sysfs lets a queue use fewer tags than it was made with, and
# a scheduler has room of its own. A loop device that nobody else uses gets more requests at once than it may take: its
# depth must reach the limit and not pass it, the limit must be what sysfs was told, and with a scheduler each command must
# be counted as waiting in it.
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/exempt.sh"
. "$(dirname "$0")/loop.sh"
need_io_uring
disk_file
truncate -s 64M "$FILE"
loop_device "$FILE"
queue=/sys/block/${LOOP#/dev/}/queue
count=3000

# check NAME LIMIT REQUESTS: reads that would fill it; REQUESTS: room in the scheduler, null without one.
check() { attempt judge "$@"; }
judge() (
	"$RINGLENS" record -o "$DIR/trace" -- "$RINGLOAD" read --direct --random --file "$LOOP" --count $count --depth 64 --quiet \
		>"$DIR/truth" 2>"$DIR/err" || fail "$1: record failed: $(cat "$DIR/err")"
	"$RINGLENS" report --json "$DIR/trace" | jq -c ".devices[] | select(.name == \"${LOOP#/dev/}\").queues[0]" >"$DIR/queue"
	echo "$1: $(jq -c '.depth, .tag_waits, .scheduled, .scheduled_ns' "$DIR/queue" | tr '\n' ' ')"
	equal "$1: limit" "$(jq .depth.limit "$DIR/queue")" "$2"
	equal "$1: room in the scheduler" "$(jq .depth.requests "$DIR/queue")" "$3"
	within "$1: deepest" "$(jq .depth.max "$DIR/queue")" $(($2 < 16 ? $2 : 16)) "$2"
	# 64 at a time: with as much room nobody waits for it, with less somebody must. Where the kernel tells (7.3 and later).
	json_says "$DIR/queue" ".tag_waits == null or (.tag_waits > 0) == ($2 < 64)" || fail "$1: waits for a tag: $(jq .tag_waits "$DIR/queue")"
	if [ "$3" = null ]; then
		equal "$1: commands in the scheduler" "$(jq .scheduled "$DIR/queue")" 0
	else
		equal "$1: commands in the scheduler" "$(jq '.scheduled - .commands' "$DIR/queue")" 0
		json_says "$DIR/queue" '.scheduled_ns > 0 and .scheduled_ns <= .queueing_ns.sum' || fail "$1: the scheduler's part is more than the whole"
	fi
)

with() { # SCHEDULER NR_REQUESTS
	echo "$1" >"$queue/scheduler" 2>/dev/null
	# Up to 5.13 a loop device has none, and says so by keeping silent.
	[[ $(<"$queue/scheduler") = *"[$1]"* || $(<"$queue/scheduler") = "$1" ]] || skip "loop devices cannot have the scheduler $1 here"
	echo "$2" >"$queue/nr_requests"
}

with none 64
check "all it was made with" 64 null
with none 8
check "8 of its tags" 8 null
with none 64
with mq-deadline 200
check "a scheduler with more room" 64 200
with mq-deadline 8
check "a scheduler with less room" 8 8
