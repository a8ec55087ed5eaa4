# fish completion for ringlens-top.
# SPDX-License-Identifier: BSD-2-Clause
# Options are asked from the program itself, so that this file cannot fall behind it.

complete -c ringlens-top -n 'string match -q -- "-*" (commandline -ct)' -a "(ringlens-top --help 2>/dev/null | string match -arg -- '(--[a-z-]+)')"
