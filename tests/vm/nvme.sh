# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Sourced in guests: finding NVMe disks by the serial number that tests/vm/boot and tests/vm/shapes.sh gave their controller.

# nvme_disk SERIAL [NSID]: the name of its disk (nvme1n1), as soon as it is there. Of a disk with several paths,
# the paths are hidden disks.
nvme_disk() {
	local block serial i
	for ((i = 0; i < 150; i++)); do
		for block in /sys/block/nvme*; do
			[ "$(cat "$block/hidden" 2>/dev/null)" != 1 ] && read -r serial 2>/dev/null <"$block/device/serial" || continue
			[ "$serial" = "$1" ] && [ "$(cat "$block/nsid")" -eq "${2:-1}" ] && [ -b "/dev/${block##*/}" ] || continue
			echo "${block##*/}"
			return 0
		done
		sleep 0.1
	done
	echo "no NVMe disk with the serial number $1 and the namespace ${2:-1}" >&2
	return 1
}

# nvme_controller SERIAL: its name (nvme1).
nvme_controller() {
	local controller serial
	for controller in /sys/class/nvme/nvme*; do
		read -r serial <"$controller/serial"
		[ "$serial" != "$1" ] || { echo "${controller##*/}" && return 0; }
	done
	echo "no NVMe controller with the serial number $1" >&2
	return 1
}
