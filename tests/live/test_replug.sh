#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Disks that are taken away while they are recorded, and others that come in their place: loop devices, which keep their
# number, and before Linux 5.15 their memory, from one file to the next. Each has its own name and its own commands, as many
# as the kernel counted of them, and is told as gone; and however many come and go, none is left out.
. "$(dirname "$0")/live.sh"
. "$(dirname "$0")/exempt.sh"
. "$(dirname "$0")/loop.sh"
need_io_uring
most=83 # more than the probes have room for at a time

files=()
for _ in first second third; do
	disk_file
	head -c 4M /dev/urandom >"$FILE" || fail "no room for files of 4 MiB"
	files+=("$FILE")
done
loop_device "${files[0]}" --direct-io=on
losetup -d "$LOOP"

# one_life NUMBER FILE READS SECONDS: plugs a disk in, reads it and pulls it out after a while; what the kernel counted goes to
# `counted`.
cat >"$DIR/one_life" <<-'END'
	#!/bin/bash
	number=$1 file=$2 reads=$3 seconds=$4
	losetup --direct-io=on /dev/loop$number "$file" || exit
	before=$(awk '{ print $1 }' /sys/block/loop$number/stat)
	"$RINGLOAD" read --direct --random --file /dev/loop$number --file-size 4m --count $reads --depth 4 --quiet >/dev/null
	after=$(awk '{ print $1 }' /sys/block/loop$number/stat)
	echo "loop$number $file $((after - before)) gone" >>"$counted"
	sleep $seconds
	losetup -d /dev/loop$number
END
chmod +x "$DIR/one_life"
export RINGLOAD counted=$DIR/counted

# Of each loop device in the report: name, file, commands; and that it is gone.
told() {
	jq -r --arg own "^loop($1)" '.devices[] | select(.name | test($own)) |
		"\(.name) \(.backing_file) \([.queues[].commands] | add) \(if .events.gone == 1 then "gone" else "there" end)"' "$DIR/report"
}

# judge PATTERN UNNAMED COMMAND …: records COMMAND; what is told of loop devices is what the kernel counted, life by life.
# UNNAMED: so many may have gone before anybody could ask for their file; none has that of another.
judge() (
	pattern=$1 unnamed=$2
	shift 2
	: >"$counted"
	"$RINGLENS" record -o "$DIR/trace" -- "$@" >"$DIR/out" 2>"$DIR/err" || fail "record failed: $(cat "$DIR/out" "$DIR/err")"
	"$RINGLENS" report --json "$DIR/trace" >"$DIR/report" || fail "no report"
	balanced "$DIR/report"
	told "$pattern" >"$DIR/told"
	equal "lives" "$(wc -l <"$DIR/told")" "$(wc -l <"$counted")"
	paste -d" " "$counted" "$DIR/told" | awk '$1 != $5 || ($2 != $6 && $6 != "null") || $3 != $7 || $4 != $8' >"$DIR/difference"
	[ ! -s "$DIR/difference" ] || fail "not as the kernel counted: $(cat "$DIR/difference")"
	within "disks without the name of their file" "$(grep -c " null " "$DIR/told")" 0 "$unnamed"
	echo "ok $(wc -l <"$counted") disks, $(grep -c " null " "$DIR/told") without the name of their file"
)

# Another file under the same number, at once and after a while.
cat >"$DIR/same_number" <<-END
	for pause in 0 0 1.3; do
		"$DIR/one_life" $OWN_NUMBER "${files[0]}" 101 0.7
		sleep \$pause
		"$DIR/one_life" $OWN_NUMBER "${files[1]}" 211 0.7
		sleep \$pause
	done
	"$DIR/one_life" $OWN_NUMBER "${files[2]}" 53 0.7
END
attempt judge $OWN_NUMBER 0 bash "$DIR/same_number"

# More disks, one after the other, than the probes have room for at a time: of a number each, and all of the same.
cat >"$DIR/many" <<-END
	files=(${files[*]})
	for ((i = 0; i < $most; i++)); do
		"$DIR/one_life" \$(($OWN_NUMBER + i % \$1)) "\${files[i % 3]}" \$((5 + i % 7)) 0
	done
END
for ((i = 0; i < most; i++)); do own_loop $((OWN_NUMBER + i)); done
attempt judge "${OWN_NUMBER%??}[0-9][0-9]" $most bash "$DIR/many" $most
attempt judge $OWN_NUMBER $most bash "$DIR/many" 1
