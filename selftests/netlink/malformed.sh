#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Thousands of damaged messages; an argument is the seed of a run to be repeated.
cd -- "$(dirname -- "$0")" &&
	PYTHONDONTWRITEBYTECODE=1 exec unshare -n /usr/bin/python3 malformed.py "$@"
