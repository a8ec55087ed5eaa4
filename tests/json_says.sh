# SPDX-License-Identifier: BSD-2-Clause
# Sourced by tests that ask a JSON file something. Not by the exit status of `jq -e`, which calls an empty file a yes (jq 1.6,
# Debian 12); tests/style/scripts looks for that.

# json_says FILE FILTER [OPTION]...: is the filter's answer `true`, and nothing else?
json_says() { [ "$(jq "${@:3}" "$2" "$1")" = true ]; }
