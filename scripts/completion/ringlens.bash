# bash completion for ringlens                                                          -*- shell-script -*-
# SPDX-License-Identifier: BSD-2-Clause
# Commands and options are asked from the program itself, so that this file cannot fall behind it.

_ringlens_commands() {
	ringlens --help 2>/dev/null | sed -n 's/^  \([a-z]*\)  .*/\1/p'
}

_ringlens_options() {
	ringlens help "$1" 2>/dev/null | grep -oE '^  (-[a-z],|   ) --[a-z-]+' | grep -oE -- '--[a-z-]+'
}

_ringlens() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} i

	COMPREPLY=()
	# Behind `--` stands a command with words of its own.
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			if declare -F _command_offset >/dev/null; then
				_command_offset $((i + 1))
			else
				compopt -o default
			fi
			return
		fi
	done
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W "$(_ringlens_commands) --help --version" -- "$current")
		return
	fi
	if [[ $command == top ]]; then
		case $previous in
		-i | --input) compopt -o default ;;
		*) mapfile -t COMPREPLY < <(compgen -W "$(ringlens-top --help 2>/dev/null | grep -oE -- '--[a-z-]+')" -- "$current") ;;
		esac
		return
	fi
	case $previous in
	-o | --output | -i | --input | --cgroup | --compare | --baseline-a | --baseline-b) compopt -o default ;;
	-p | --pid) mapfile -t COMPREPLY < <(compgen -W "$(ps -eo pid= 2>/dev/null)" -- "$current") ;;
	-c | --comm) mapfile -t COMPREPLY < <(compgen -W "$(ps -eo comm= 2>/dev/null | sort -u)" -- "$current") ;;
	--device) mapfile -t COMPREPLY < <(compgen -W "$(ls /sys/block 2>/dev/null)" -- "$current") ;;
	--mode) mapfile -t COMPREPLY < <(compgen -W "full aggregate" -- "$current") ;;
	--codec) mapfile -t COMPREPLY < <(compgen -W "zstd zlib none" -- "$current") ;;
	--sort) mapfile -t COMPREPLY < <(compgen -W "time count errors bytes p99 max name" -- "$current") ;;
	help) mapfile -t COMPREPLY < <(compgen -W "$(_ringlens_commands)" -- "$current") ;;
	*)
		if [[ $current == -* ]]; then
			mapfile -t COMPREPLY < <(compgen -W "$(_ringlens_options "$command") --help" -- "$current")
		elif [[ $command == report ]]; then
			compopt -o default
		fi
		;;
	esac
}
complete -F _ringlens ringlens
