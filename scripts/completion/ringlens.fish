# fish completion for ringlens.
# SPDX-License-Identifier: BSD-2-Clause
# Commands and options are asked from the program itself, so that this file cannot fall behind it.

function __ringlens_options
    set -l command (commandline -opc)[2]
    ringlens help $command 2>/dev/null | string match -rg '^  (?:-\w,|   ) (--[a-z-]+)'
end

complete -c ringlens -n 'test (count (commandline -opc)) -eq 1' -f -a "(ringlens --help 2>/dev/null | string replace -rf '^  ([a-z]+)  +(.*)' '\$1\t\$2')"
complete -c ringlens -n 'test (count (commandline -opc)) -gt 1; and string match -q -- "-*" (commandline -ct)' -a '(__ringlens_options)'
