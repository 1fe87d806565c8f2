#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Candidates, commits, refusals and dumps, in a network namespace of their own.
#
# Any kernel: the rows and their checks are Umbra's own.
cd -- "$(dirname -- "$0")" && PYTHONDONTWRITEBYTECODE=1 exec unshare -n /usr/bin/python3 policy.py
