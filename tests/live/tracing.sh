# SPDX-License-Identifier: BSD-2-Clause
# Sourced after live.sh by tests that ask the kernel's own trace events: an instance of tracefs of the test's own, so that nobody
# else's tracing is touched. It is gone at the end, and so is tracefs where nobody had mounted it.
need_root
TRACING=/sys/kernel/tracing
INSTANCE=
mounted=

end_tracing() {
	[ -z "$INSTANCE" ] || { echo 0 >"$INSTANCE/events/enable" && rmdir "$INSTANCE"; }
	[ -z "$mounted" ] || umount $TRACING
}
at_end end_tracing
[ -d $TRACING/instances ] || { mount -t tracefs none $TRACING && mounted=1; } || fail "tracefs cannot be mounted"

# trace_instance: an instance without any event yet, its path in INSTANCE.
trace_instance() {
	mkdir "$TRACING/instances/ringlens.$$" || fail "no trace instance"
	INSTANCE=$TRACING/instances/ringlens.$$
}
