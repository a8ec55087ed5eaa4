# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: BSD-2-Clause
# Sourced: CACHE, the directory outside the tree where fetched kernels stay, so that later runs need no network.
if [ -n "${XDG_CACHE_HOME:-}" ]; then
	CACHE=$XDG_CACHE_HOME/ringlens/kernels
elif [ -w /var/cache ]; then
	CACHE=/var/cache/ringlens/kernels
else
	CACHE=${HOME:?}/.cache/ringlens/kernels
fi
