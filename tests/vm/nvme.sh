# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# Sourced in guests: finding NVMe disks by the serial number that tests/vm/boot and tests/vm/shapes.sh gave their controller,
# and making one of another.

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

# nvme_over_tcp SERIAL NEW: the disk of that controller once more, by NVMe over TCP: the guest exports it and connects to itself.
# The new controller has the serial number NEW; it keeps alive once in five minutes, so never while somebody counts.
nvme_over_tcp() {
	local disk target=/sys/kernel/config/nvmet subsystem port
	grep -qswx "$2 *" /sys/class/nvme/nvme*/serial && return
	modprobe -a configfs nvmet nvmet-tcp nvme-tcp && disk=$(nvme_disk "$1") || return
	mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config || return
	subsystem=$target/subsystems/$2 port=$target/ports/1
	mkdir "$subsystem" && echo 1 >"$subsystem/attr_allow_any_host" && echo "$2" >"$subsystem/attr_serial" &&
		mkdir "$subsystem/namespaces/1" && echo "/dev/$disk" >"$subsystem/namespaces/1/device_path" &&
		echo 1 >"$subsystem/namespaces/1/enable" || return
	mkdir "$port" && echo tcp >"$port/addr_trtype" && echo ipv4 >"$port/addr_adrfam" && echo 127.0.0.1 >"$port/addr_traddr" &&
		echo 4420 >"$port/addr_trsvcid" && ln -s "$subsystem" "$port/subsystems/$2" || return
	echo "transport=tcp,traddr=127.0.0.1,trsvcid=4420,nqn=$2,keep_alive_tmo=600" >/dev/nvme-fabrics
}
