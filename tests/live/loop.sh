# SPDX-License-Identifier: BSD-2-Clause
# Sourced after live.sh by tests that need a disk of their own: loop devices. A test has a hundred numbers that nobody else
# uses, and what has such a number is out of the kernel at its end: the kernel keeps a loop device whose file is taken away,
# with the scheduler and the limit it was given, for whoever gets its number next.
#
#   OWN_NUMBER   the first of them
need_root
need_tool losetup perl
OWN_NUMBER=$((100000 + $$ % 5000 * 100))
own_numbers=()
own_files=()

# own_loop NUMBER: it may be made, and is removed at the end.
own_loop() { own_numbers[$1]=$1; }

# loop_device FILE [LOSETUP-OPTION …]: one on FILE, its path in LOOP.
loop_device() {
	LOOP=/dev/loop$OWN_NUMBER
	own_loop "$OWN_NUMBER"
	losetup "${@:2}" "$LOOP" "$1" 2>/dev/null || skip "no loop devices of a chosen number"
}

# disk_file: an empty file that is on a disk also where DIR is in memory, its path in FILE. It is removed at the end.
disk_file() {
	FILE=$(mktemp -p /var/tmp ringlens.XXXXXX) || fail "no file in /var/tmp"
	own_files+=("$FILE")
}

# Removing takes an ioctl (LOOP_CTL_REMOVE), and a device that nobody has open any more: udev may still look at it.
remove_loop() { # NUMBER
	local try
	[ ! -e "/sys/block/loop$1/loop" ] || losetup -d "/dev/loop$1"
	for ((try = 0; try < 50; try++)); do
		perl -e 'open my $c, "+<", "/dev/loop-control"; exit !ioctl $c, 0x4C81, $ARGV[0] + 0' "$1" && return
		sleep 0.1
	done
	echo "loop$1 cannot be removed"
}

remove_loops() {
	local number
	for number in "${own_numbers[@]}"; do
		[ ! -e "/sys/block/loop$number" ] || remove_loop "$number"
	done
	rm -f "${own_files[@]}"
}
at_end remove_loops
