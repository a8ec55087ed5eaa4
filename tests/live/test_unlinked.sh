#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# As what are those commands told that no ring asked for? On a loop device with ext4, and with XFS where the kernel has it: the
# load, and what it is held against, are those of the guests (tests/vm/guest_unlinked).
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/loop.sh"
need_io_uring
need_tool mkfs.ext4 mkfs.xfs fstrim jq
leave_mount() { umount "$DIR/mount" 2>/dev/null; }
disk_file
truncate -s 320M "$FILE" # XFS wants 300
loop_device "$FILE"
at_end leave_mount
mkdir "$DIR/mount"

# check FILE-SYSTEM COMMAND …: which makes one. Nothing of it may be left to be done later.
check() {
	"${@:2}" "$LOOP" >/dev/null 2>"$DIR/err" || fail "$2: $(tail -n 1 "$DIR/err")"
	mount -t "$1" -o noatime "$LOOP" "$DIR/mount" 2>"$DIR/err" || {
		echo "$1 left out: $(cat "$DIR/err")"
		return
	}
	"$(dirname "$0")/../vm/guest_unlinked" "$RINGLENS" "$RINGLOAD" - "$DIR/mount" >"$DIR/results" 2>&1 || fail "$1: $(cat "$DIR/results")"
	umount "$DIR/mount" || fail "$1 cannot be unmounted"
	echo "$1: $(cut -f 2- "$DIR/results" | paste -sd ';')"
}

check ext4 mkfs.ext4 -q -F -E lazy_itable_init=0,lazy_journal_init=0
check xfs mkfs.xfs -q -f
