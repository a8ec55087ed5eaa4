#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What each privilege allows, and the one sentence when it is not enough: none, CAP_BPF and CAP_PERFMON, only one of
# them, file capabilities; a kernel without type information; a machine on which rings are switched off.
. "$(dirname "$0")/live.sh"
need_root
need_io_uring
need_tool jq setpriv unshare setcap
[ -n "${RINGLENS_TOP:-}" ] || skip "ringlens-top is not built"

# Programs where nobody may run them, and a directory to write to.
cp "$RINGLENS" "$RINGLENS_TOP" "$RINGLOAD" "$DIR" || exit 1
chmod 755 "$DIR" "$DIR"/ring*
mkdir -m 777 "$DIR/work"
cd "$DIR/work" || exit 1
ringlens=$DIR/ringlens top=$DIR/ringlens-top ringload=$DIR/ringload
"$ringlens" record -o recorded -- "$ringload" nop --count 23 --quiet >truth 2>err || fail "no recording to read: $(cat err)"
chmod 644 recorded

# as CAPABILITIES COMMAND …: as nobody, with no more than these.
as() {
	local caps=-all${1:+,$1}
	shift
	timeout 20 setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs "--inh-caps=$caps" "--ambient-caps=$caps" \
		"--bounding-set=$caps" "$@" >out 2>err </dev/null
}

# refused WHAT STATUS SENTENCE: of the command that just ended with STATUS.
refused() {
	equal "$1: exit status ($(cat err))" "$2" 1
	equal "$1: lines on stderr ($(cat err))" "$(wc -l <err)" 1
	equal "$1: bytes on stdout" "$(wc -c <out)" 0
	grep -qF -- "$3" err || fail "$1: said \"$(cat err)\", wanted \"$3\""
}

# state FEATURE: of a check --json in `out`.
state() { jq -r --arg name "$1" '.features[] | select(.name == $name) | .state' out; }

# What reads a recording asks for no privilege.
reads_recordings() { # AS …
	"$@" "$ringlens" report recorded --json || fail "report: $(cat err)"
	equal "report: completed" "$(jq .books.completed out)" 23
	"$@" "$ringlens" trace -i recorded || fail "trace -i: $(cat err)"
	equal "trace -i: requests" "$(grep -c 'NOP()' out)" 23
	"$@" "$top" --once -i recorded || fail "top -i: $(cat err)"
	grep -q '^ringload\[' out || fail "top -i shows no ring: $(cat out)"
}

# Nothing is attached, no command is run, no old recording is emptied.
refuses_live() { # SENTENCE AS …
	local sentence=$1
	shift
	echo precious >old
	chmod 666 old
	"$@" "$ringlens" record -o old --duration 100ms
	refused "record" $? "$sentence"
	"$@" "$ringlens" record -o old -- touch ran
	refused "record -- CMD" $? "$sentence"
	"$@" "$ringlens" trace -- touch ran
	refused "trace -- CMD" $? "$sentence"
	"$@" "$ringlens" list
	refused "list" $? "$sentence"
	"$@" "$ringlens" list --json
	refused "list --json" $? "$sentence"
	"$@" "$top" --once
	refused "top --once" $? "$sentence"
	equal "the old recording" "$(cat old)" precious
	[ ! -e ran ] || fail "the command was run all the same"
}

works_live() { # AS …
	"$@" "$ringlens" record -o new -- "$ringload" nop --count 23 --quiet || fail "record: $(cat err)"
	"$ringlens" report --json new >report || fail "no report"
	balanced report
	equal "completed" "$(jq .books.completed report)" 23
	rm -f new
	"$@" "$ringlens" record -o - --duration 100ms || fail "record -o -: $(cat err)"
	mv out new
	"$ringlens" report --json new >report || fail "no report of what came through standard output"
	equal "complete" "$(jq .session.complete report)" true
	rm -f new
	"$@" "$ringlens" trace -- "$ringload" nop --count 23 --quiet --brief || fail "trace: $(cat err)"
	equal "lines of trace" "$(grep -c 'NOP()' out)" 23
	"$@" "$ringlens" list --json || fail "list: $(cat err)"
	json_says out "any(.queues[]; .pid == $held)" || fail "list: the ring of $held is missing"
	"$@" "$ringlens" check --json || fail "check: $(cat err)"
	for feature in privilege probes discovery requests; do
		equal "check: $feature" "$(state $feature)" on
	done
	"$@" "$top" --once || fail "top: $(cat err)"
	grep -q 'ringload\[' out || fail "top shows no ring: $(cat out)"
}

# A ring of root's that is there all the time.
"$ringload" stall --depth 5 --quiet >/dev/null 2>&1 &
held=$!
started $held

echo "no privilege"
no_permission="no permission to load BPF programs: run as root, or give ringlens CAP_BPF and CAP_PERFMON"
refuses_live "$no_permission" as ""
reads_recordings as ""
as "" "$ringlens" check || fail "check: $(cat err)"
grep -q "setcap" out || fail "check names no remedy: $(cat out)"
as "" "$ringlens" check --json || fail "check --json: $(cat err)"
for feature in privilege probes discovery requests overflows; do
	equal "check: $feature" "$(state $feature)" off
done
equal "check: btf" "$(state btf)" on

for caps in +bpf +perfmon; do
	echo "only $caps"
	refuses_live "$no_permission" as $caps
	as $caps "$ringlens" check --json || fail "check: $(cat err)"
	equal "check: privilege" "$(state privilege)" off
done

echo "CAP_BPF and CAP_PERFMON"
works_live as +bpf,+perfmon

echo "file capabilities"
setcap cap_bpf,cap_perfmon=ep "$ringlens" || fail "the file system keeps no capabilities: set TMPDIR to one that does"
plain() { timeout 20 setpriv --reuid 65534 --regid 65534 --clear-groups "$@" >out 2>err </dev/null; }
works_live plain
setcap -r "$ringlens"

# A mount that only the command sees, over the kernel's type information.
echo "no type information"
blind() {
	# shellcheck disable=SC2016
	timeout 20 unshare --mount sh -c 'mount --bind "$1" /sys/kernel/btf/vmlinux || exit 9; shift; exec "$@"' - "$types" "$@" \
		>out 2>err </dev/null
}
: >empty
head -c 1000 /dev/zero >zeros
head -c 1000000 /sys/kernel/btf/vmlinux >half
for types in empty zeros half; do
	refuses_live "no readable type information (/sys/kernel/btf/vmlinux)" blind
	reads_recordings blind
	blind "$ringlens" check --json || fail "check: $(cat err)"
	equal "check: btf" "$(state btf)" off
	equal "check: privilege" "$(state privilege)" on
done

# Rings that exist go on, and so does their recording. The switch is back within a moment: it is the whole machine's.
echo "rings switched off"
switch=/proc/sys/kernel/io_uring_disabled
if [ -e $switch ]; then
	switch_on() { echo 0 >$switch; }
	at_end switch_on
	"$ringlens" record -o existing -- "$ringload" nop --rate 5000 --count 7507 >truth 2>err.record &
	recorder=$!
	started $recorder
	until grep -q ^ready truth; do
		kill -0 $recorder || fail "the load did not start: $(cat err.record)"
		sleep 0.05
	done
	echo 2 >$switch
	"$ringload" nop --count 1 >refused.out 2>refused.err
	status=$?
	"$ringlens" check --json >out 2>err || fail "check: $(cat err)"
	"$ringlens" list --json >list 2>err || fail "list: $(cat err)"
	"$ringlens" record -o refused -- "$ringload" nop --count 1 >/dev/null 2>refused.record
	recorded=$?
	switch_on
	equal "ringload, switched off: exit status" $status 4
	equal "ringload, switched off: lines on stderr" "$(wc -l <refused.err)" 1
	grep -q "kernel.io_uring_disabled = 2" refused.err || fail "ringload, switched off: $(cat refused.err)"
	equal "record -- ringload, switched off: exit status" $recorded 0
	grep -q "ended with exit status 4" refused.record || fail "record -- ringload, switched off: $(cat refused.record)"
	equal "check: io_uring" "$(state io_uring)" off
	equal "check: probes" "$(state probes)" on
	json_says list "any(.queues[]; .pid == $held)" || fail "list: the ring of $held is missing"
	wait $recorder
	equal "the recorder and its load: exit status" $? 0
	"$ringlens" report --json existing >report || fail "no report"
	balanced report
	equal "requests of the ring that went on: truth" "$(truth truth NOP submitted)" 7507
	equal "requests of the ring that went on" "$(jq .books.submitted report)" 7507
fi
