# bash completion for ringload                                                          -*- shell-script -*-
# SPDX-License-Identifier: BSD-2-Clause
# Options are asked from the program itself, so that this file cannot fall behind it.

_ringload() {
	local current=${COMP_WORDS[COMP_CWORD]} words

	COMPREPLY=()
	if [[ $current == -* ]]; then
		words=$(ringload --help 2>/dev/null | grep -oE -- '--[a-z-]+')
	elif ((COMP_CWORD == 1)); then
		words=$(ringload --help 2>/dev/null | sed -n '/^workloads:/,/^$/s/^  \([a-z]*\)  .*/\1/p')
	else
		compopt -o default
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _ringload ringload
