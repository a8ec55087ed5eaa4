#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Programs of others that use io_uring, recorded from their first ring on: the books balance to the last request, and what
# the report says of them is what they were asked to do.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq qemu-img updatedb.plocate plocate
cd "$DIR" || exit 1

count() { jq --arg op "$1" '[.operations[] | select(.op == $op) | .count] | add // 0' report; }

record() { # NAME COMMAND …
	local name=$1
	shift
	"$RINGLENS" record -o trace -- "$@" >out 2>err || fail "$name: $(cat out err)"
	"$RINGLENS" report --json trace >report || fail "$name: no report"
	balanced report
	"$RINGLENS" report trace >text || fail "$name: no report in words"
	equal "$name: lines wider than 80 columns" "$(awk 'length > 80' text | wc -l)" 0
	grep -q " $name\[" text || fail "$name: the report does not name it: $(cat text)"
}

# A benchmark of known size: so many requests of one operation, each as large.
truncate -s 16m disk.img
record qemu-img qemu-img bench -t none -i io_uring -f raw -c 1009 -d 8 -s 4096 disk.img
equal "qemu-img: reads" "$(($(count READV) + $(count READ)))" 1009
equal "qemu-img: bytes" "$(jq '[.operations[].bytes] | add' report)" $((1009 * 4096))
record qemu-img qemu-img bench -w -t none -i io_uring -f raw -c 503 -d 8 -s 4096 disk.img
equal "qemu-img: writes" "$(($(count WRITEV) + $(count WRITE)))" 503

# plocate reads its index through a ring, in a size of its own choosing.
mkdir tree
for ((i = 0; i < 2003; i++)); do
	: >"tree/file-$i"
done
updatedb.plocate -l no -o index -U "$PWD/tree" --prunepaths '' --prunefs '' 2>err || fail "updatedb: $(cat err)"
record plocate plocate -d index -c file-
equal "plocate: files found" "$(cat out)" 2003
within "plocate: requests" "$(jq .books.completed report)" 1 100000
