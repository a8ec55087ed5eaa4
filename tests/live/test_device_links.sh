#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Is each device command linked to the request it was issued for, and none to another? Direct reads of a file on the
# root disk and of a loop device, whose offsets say which request they are; merged, split, by workers, by SQPOLL.
# The commands of the loop device, which nobody else uses, are as many as the kernel counted.
# Argument: trace_links.
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/exempt.sh"
. "$(dirname "$0")/loop.sh"
need_io_uring
links=$1
size=64
disk=$(lsblk -ndo PKNAME "$(df --output=source /var/tmp | tail -1)" 2>/dev/null)
[ -n "$disk" ] || disk=$(df --output=source /var/tmp | tail -1 | sed 's,/dev/,,')
[ -e "/sys/block/$disk/mq" ] || disk= # not a disk whose extents are positions on it: the loop device must do
disk_file
dd if=/dev/urandom of="$FILE" bs=1M count=$size conv=fsync status=none || fail "no room for a file of $size MiB"
loop_device "$FILE" --direct-io=on

reads() { # BLOCK-DEVICE: reads it has done
	awk '{ print $1 }' "/sys/block/$1/stat"
}

figure() { # NAME: of the last check
	sed -nE "s/.*\b$1=([0-9]+).*/\1/p" "$DIR/figures"
}

# check NAME DEVICE TARGET FILE-FOR-EXTENTS READ-OPTIONS …
check() { attempt judge "$@"; }

# The same in a subshell: its failure is not yet the test's.
judge() (
	local name=$1 device=$2 target=$3 extents=$4 before after
	shift 4
	before=$(reads "$device")
	"$RINGLENS" record -o "$DIR/trace" -- "$RINGLOAD" read --direct --file "$target" --file-size ${size}m --quiet "$@" \
		>"$DIR/truth" 2>"$DIR/err" || fail "$name: record failed: $(cat "$DIR/err")"
	after=$(reads "$device")
	"$links" "$DIR/trace" "$device" ${extents:+"$extents"} >"$DIR/figures" || fail "$name: no figures"
	echo "$name: $(cat "$DIR/figures")"
	equal "$name: requests" "$(figure requests)" "$(truth "$DIR/truth" "READ[_A-Z]*" completed)"
	equal "$name: links to other requests" "$(figure wrong)" 0
	within "$name: linked requests" "$(figure linked)" $(($(figure requests) * 999 / 1000)) "$(figure requests)"
	within "$name: requests whose commands add up" "$(figure whole)" $(($(figure requests) * 999 / 1000)) "$(figure requests)"
	[ "/dev/$device" != "$target" ] || within "$name: commands" "$(figure commands)" $((after - before)) $((after - before))
)

both() { # NAME READ-OPTIONS …
	local name=$1
	shift
	check "loop, $name" "${LOOP#/dev/}" "$LOOP" "" "$@"
	[ -z "$disk" ] || check "file on $disk, $name" "$disk" "$FILE" "$FILE" "$@"
}

both random --random --count 5000 --depth 32
both "contiguous batches" --count 4000 --depth 32 --batch 32
[ "$(figure merged)" -gt 0 ] || fail "no contiguous reads were merged"
both "2 MiB" --random --size 2m --count 200 --depth 4
[ "$(figure split)" -gt 0 ] || fail "no reads of 2 MiB were split"
both workers --random --async --count 1000
both "SQPOLL and fixed buffers" --random --sqpoll --fixed-buffers --count 2000

# What no ring asked for is counted, and has records only when the user wants all.
others() { attempt judge_others "$@"; } # COMMANDS [RECORD-OPTION]
judge_others() (
	"$RINGLENS" record -o "$DIR/trace" ${2:+"$2"} -- dd if="$LOOP" of=/dev/null bs=64k count=50 iflag=direct status=none \
		2>"$DIR/err" || fail "dd: record failed: $(cat "$DIR/err")"
	"$links" "$DIR/trace" "${LOOP#/dev/}" >"$DIR/figures" || fail "dd: no figures"
	equal "dd ${2-without --commands}: commands" "$(figure commands)" "$1"
	equal "dd ${2-without --commands}: commands that name a request" "$(figure named)" 0
	"$RINGLENS" report --json "$DIR/trace" >"$DIR/report" || fail "dd: no report"
	equal "dd ${2-without --commands}: commands counted" \
		"$(jq "[.devices[] | select(.name == \"${LOOP#/dev/}\") | .queues[].commands] | add" "$DIR/report")" 50
)

others 0
others 50 --commands

# Without device probes the same reads say nothing of any device, and the report says why.
file_bytes() { attempt judge_bytes "$@"; } # NAME [RECORD-OPTION]: of 20000 reads
judge_bytes() (
	"$RINGLENS" record -o "$DIR/trace" ${2:+"$2"} -- "$RINGLOAD" read --direct --random --file "$FILE" --file-size ${size}m \
		--count 20000 --depth 32 --quiet >"$DIR/truth" 2>"$DIR/err" || fail "$1: record failed: $(cat "$DIR/err")"
	"$RINGLENS" report --json "$DIR/trace" >"$DIR/report" || fail "$1: no report"
	balanced "$DIR/report"
	json_says "$DIR/report" '.losses == []' || fail "$1: something was lost: $(jq -c .losses "$DIR/report")"
	equal "$1: requests" "$(jq '[.operations[] | select(.op == "READ") | .count] | add' "$DIR/report")" 20000
	stat -c %s "$DIR/trace" >"$DIR/bytes"
)

file_bytes "all probes"
all=$(cat "$DIR/bytes")
json_says "$DIR/report" '(.devices | length) > 0 and .session.filter == null' || fail "all probes: no device"
file_bytes "no device probes" --no-devices
json_says "$DIR/report" '.devices == [] and .session.filter == "--no-devices" and ([.operations[].stages | has("device")] | any | not)' || fail "--no-devices: devices were recorded: $(jq -c '.devices, .operations[].stages' "$DIR/report")"
[ "$(cat "$DIR/bytes")" -lt $((all / 2)) ] || fail "--no-devices: $(cat "$DIR/bytes") bytes, with devices $all"
echo "ok --no-devices: $(cat "$DIR/bytes") bytes for 20000 reads, with devices $all"
