# fish completion for ringload.
# SPDX-License-Identifier: BSD-2-Clause
# Options are asked from the program itself, so that this file cannot fall behind it.

complete -c ringload -n 'string match -q -- "-*" (commandline -ct)' -a "(ringload --help 2>/dev/null | string match -arg -- '(--[a-z-]+)')"
complete -c ringload -n 'test (count (commandline -opc)) -eq 1' -f -a "(ringload --help 2>/dev/null | string replace -rf '^  ([a-z]+)  +(.*)' '\$1\t\$2')"
