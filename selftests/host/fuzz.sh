#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A moment of each fuzzer in user space: enough to find what a change broke at once.
exec "$(dirname -- "$0")/../../scripts/fuzz" --tap 8s classify parse packet translate
