# bash completion for ringlens-top                                                          -*- shell-script -*-
# SPDX-License-Identifier: BSD-2-Clause
# Options are asked from the program itself, so that this file cannot fall behind it.

_ringlens_top() {
	local current=${COMP_WORDS[COMP_CWORD]} words

	COMPREPLY=()
	if [[ $current == -* ]]; then
		words=$(ringlens-top --help 2>/dev/null | grep -oE -- '--[a-z-]+')
	else
		compopt -o default
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _ringlens_top ringlens-top
