# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: BSD-2-Clause
# Sourced by tests/vm/boot: the shapes a guest's machine can have, by name. A function shape_NAME adds to `qemu` (its
# arguments), `parameters` (of the kernel: a module's options are among them, MODULE.OPTION=VALUE) or sets `cpus`; image
# files go to $images and are deleted with the guest. Shapes may be combined. A guest finds each device by its serial
# number (/sys/class/nvme/*/serial), which is the shape's name: the numbers in device names follow no order.
#
# What each must look like in the guest is checked by tests/vm/guest_shapes, and of `polled`, `replugged` and `exported` by tests/vm/guest_devices.

# image NAME SIZE: an empty image file. QEMU's options are separated by commas: a path's own are doubled.
image() {
	: "${images:?}"
	truncate -s "$2" "$images/$1"
	file=filename=${images//,/,,}/$1
}

# disk NAME SIZE: an image by the node name NAME.
disk() {
	image "$1" "$2"
	qemu+=(-blockdev "driver=file,node-name=$1,$file,cache.no-flush=on")
}

# A controller with many queues on a machine with as many CPUs: nvme takes 1 for writes, 4 for reads, 2 to poll.
shape_queues() {
	cpus=4
	parameters+=" nvme.write_queues=1 nvme.poll_queues=2"
	disk queues 64M
	qemu+=(-device "nvme,serial=queues,drive=queues,max_ioqpairs=8")
}

# The same on a machine of two CPUs: 1 for writes, 2 for reads, 1 to poll.
shape_polled() {
	parameters+=" nvme.write_queues=1 nvme.poll_queues=1"
	disk polled 64M
	qemu+=(-device "nvme,serial=polled,drive=polled,max_ioqpairs=4")
}

# Three namespaces on one controller: 512 byte sectors, 4 KiB sectors, zones of 16 MiB of which 12 can be written.
shape_namespaces() {
	disk sectors512 64M
	disk sectors4096 64M
	disk zones 128M
	qemu+=(-device "nvme,id=namespaces,serial=namespaces"
		-device "nvme-ns,bus=namespaces,drive=sectors512,nsid=1"
		-device "nvme-ns,bus=namespaces,drive=sectors4096,nsid=2,logical_block_size=4096,physical_block_size=4096"
		-device "nvme-ns,bus=namespaces,drive=zones,nsid=7,zoned=on,zoned.zone_size=16M,zoned.zone_capacity=12M")
}

# One namespace behind two controllers of one subsystem, which share their serial number: one disk, two paths.
shape_multipath() {
	disk multipath 64M
	qemu+=(-device "nvme-subsys,id=multipath,nqn=multipath"
		-device "nvme,id=path1,serial=multipath,subsys=multipath"
		-device "nvme,id=path2,serial=multipath,subsys=multipath"
		-device "nvme-ns,bus=path1,drive=multipath,nsid=1,shared=on")
}

# Each command takes 20 ms, and reads zeroes.
shape_latency() {
	qemu+=(-blockdev "driver=null-co,node-name=latency,size=268435456,latency-ns=20000000,read-zeroes=on"
		-device "nvme,serial=latency,drive=latency")
}

# Ten commands a second.
shape_throttled() {
	disk unthrottled 64M
	qemu+=(-object "throttle-group,id=throttled,x-iops-total=10"
		-blockdev "driver=throttle,node-name=throttled,throttle-group=throttled,file=unthrottled"
		-device "nvme,serial=throttled,drive=throttled")
}

# A disk whose commands can be held, one by one, and let go again, by word to QEMU's monitor, which is the guest's second
# serial port (tests/vm/monitor): qemu-io held "break read_aio A", then qemu-io held "resume A". Or be slowed down:
# block_set_io_throttle held 0 0 0 1 0 0 is one a second.
shape_held() {
	image held 64M
	qemu+=(-blockdev "driver=raw,node-name=held,file.driver=blkdebug,file.image.driver=file,${file/filename/file.image.filename}"
		-device "nvme,id=held,serial=held,drive=held")
	monitor=1
}

# A disk with one bad sector: reading byte 524288 (512 byte sector 1024) fails.
shape_broken() {
	image broken 64M
	qemu+=(-blockdev "driver=raw,node-name=broken,file.driver=blkdebug,file.image.driver=file,${file/filename/file.image.filename},file.inject-error.0.event=none,file.inject-error.0.iotype=read,file.inject-error.0.errno=5,file.inject-error.0.sector=1024"
		-device "nvme,serial=broken,drive=broken")
}

# For a guest to take out and plug in again.
shape_replugged() {
	disk replugged 64M
	qemu+=(-device "nvme,serial=replugged,drive=replugged,max_ioqpairs=2")
}

# For a guest to export over NVMe/TCP and to connect to (nvme_over_tcp in tests/vm/nvme.sh).
shape_exported() {
	disk exported 64M
	qemu+=(-device "nvme,serial=exported,drive=exported,max_ioqpairs=2")
}

# More CPUs than the host runs at once: whoever holds one may lose it anywhere.
shape_crowded() {
	cpus=4
}
