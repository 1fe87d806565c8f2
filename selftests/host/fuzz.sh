#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs each fuzzer in user space for a moment: enough to find at once what a change broke.
exec "$(dirname -- "$0")/../../scripts/fuzz" --tap 8s classify parse packet translate
