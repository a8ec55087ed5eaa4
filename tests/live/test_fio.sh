#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# fio, a load that is not ours, against its own JSON: every operation's count and bytes are equal, and where both see the
# same span, so are the latencies. Arguments: names of cases to run (default: all).
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq fio
cd "$DIR" || exit 1

# Operations of ringlens that are fio's reads, or writes; fio uses one of each.
READS='["READ", "READV", "READ_FIXED"]'
WRITES='["WRITE", "WRITEV", "WRITE_FIXED"]'

ours() { jq --argjson ops "$2" "[.operations[] | select(.op as \$op | \$ops | index(\$op)) | .$1] | add // 0" report; }
theirs() { jq "[.jobs[].$1] | add // 0" fio.json; }

wanted=("$@")
case_of() { # NAME FIO-OPTIONS …
	local name=$1
	[ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " = *" $1 "* ]] || return 0
	shift
	"$RINGLENS" record -o trace -- fio --name=job --filename=fio.dat --size=16m --ioengine=io_uring --group_reporting \
		--output-format=json --output=fio.json "$@" >out 2>err || fail "$name: $(cat out err)"
	"$RINGLENS" report --json trace >report || fail "$name: no report"
	balanced report
	[ "$(theirs read.total_ios)" -gt 0 ] || [ "$(theirs write.total_ios)" -gt 0 ] || fail "$name: fio did nothing: $(cat fio.json)"
	equal "$name: reads" "$(ours count "$READS")" "$(theirs read.total_ios)"
	equal "$name: bytes read" "$(ours bytes "$READS")" "$(theirs read.io_bytes)"
	equal "$name: writes" "$(ours count "$WRITES")" "$(theirs write.total_ios)"
	equal "$name: bytes written" "$(ours bytes "$WRITES")" "$(theirs write.io_bytes)"
	equal "$name: fsyncs" "$(ours count '["FSYNC"]')" "$(theirs sync.total_ios)"
	echo "ok $name: $(theirs read.total_ios) reads, $(theirs write.total_ios) writes"
}

# Where did it happen? $DIR may be in memory, where O_DIRECT goes to workers; that is as good for counting.
case_of randread --rw=randread --bs=4k --direct=1 --iodepth=32 --number_ios=4001
case_of randwrite --rw=randwrite --bs=4k --direct=1 --iodepth=16 --number_ios=2003
case_of mixed --rw=randrw --bsrange=1k-64k --iodepth=8 --number_ios=2003
case_of fsync --rw=write --bs=4k --fsync=7 --iodepth=4 --number_ios=503
case_of fixed --rw=randread --bs=4k --direct=1 --iodepth=32 --number_ios=4001 --fixedbufs=1 --registerfiles=1
case_of sqpoll --rw=randread --bs=4k --iodepth=16 --number_ios=2003 --sqthread_poll=1 --registerfiles=1
case_of jobs --rw=randread --bs=4k --iodepth=8 --number_ios=1009 --numjobs=3

# One at a time, ours lies within fio's span: from before its system call to after the completion was reaped. Over all
# requests it can be no longer, and is the better part of it.
case_of one --rw=randread --bs=4k --direct=1 --iodepth=1 --number_ios=1009
if [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " = *" one "* ]]; then
	within "one: mean latency, ns" "$(jq '[.operations[] | select(.op != "NOP")][0].latency_ns.mean | floor' report)" \
		"$(jq '.jobs[0].read.lat_ns.mean / 2 | floor' fio.json)" "$(jq '.jobs[0].read.lat_ns.mean | floor' fio.json)"
fi
