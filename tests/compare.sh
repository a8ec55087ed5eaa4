# SPDX-License-Identifier: BSD-2-Clause
# Sourced by live.sh and wine.sh: how a test compares what it got with what it wanted, and how it ends when they differ.

skip() {
	echo "SKIP: $*"
	exit 77
}

fail() {
	echo "FAIL: $*"
	exit 1
}

# equal WHAT GOT WANTED
equal() { [ "$2" = "$3" ] || fail "$1: got $2, wanted $3"; }

# within WHAT GOT LOW HIGH: integers.
within() { [ "$2" -ge "$3" ] && [ "$2" -le "$4" ] || fail "$1: got $2, wanted $3 to $4"; }

# succeeded WHAT STATUS SAID: the exit status was 0; else shows what is in the file SAID. Not `equal "… $(cat SAID)" $? 0`: there
# `$?` is that of cat.
succeeded() { [ "$2" = 0 ] || fail "$1: exit status $2: $(cat "$3")"; }
