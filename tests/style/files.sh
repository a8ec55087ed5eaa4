# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the style tests: which files there are, and how a test ends. Runs in the root of the tree.

# files PATTERN...: the files of the tree that match, one a line; what git ignores is not the tree.
files() {
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard -- "$@" | while IFS= read -r file; do
			[ -f "$file" ] && printf '%s\n' "$file"
		done
	else
		local pattern
		for pattern in "$@"; do
			find . -path './build*' -prune -o -type f -path "./$pattern" -print | sed 's|^\./||'
		done
	fi
}

need() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || {
			echo "SKIP: $tool is not installed (scripts/setup test)"
			exit 77
		}
	done
}

offenders=0
offend() {
	echo "$*"
	offenders=$((offenders + 1))
}

# finish COUNT WHAT: fails on any offender, and when nothing was looked at.
finish() {
	[ "$1" -gt 0 ] || {
		echo "nothing was checked: no $2 found"
		exit 1
	}
	[ "$offenders" -eq 0 ] || {
		echo "$offenders offences in $1 $2"
		exit 1
	}
	echo "$1 $2 checked"
}
