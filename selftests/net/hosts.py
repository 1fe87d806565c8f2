# SPDX-License-Identifier: GPL-2.0
"""What the tests' Python ends have in common: patience, and a host's network namespace."""
import ctypes
import os

PATIENCE = int(os.environ.get("UMBRA_PATIENCE", "20"))
CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
entered = None


def enter(netns):
    """Enters the namespace once for several sockets in a row, because ten thousand calls take a while."""
    global entered
    if entered != netns:
        with open("/run/netns/" + netns) as ns:
            assert libc.setns(ns.fileno(), CLONE_NEWNET) == 0
        entered = netns


def place(word):
    """ADDRESS,PORT"""
    address, _, port = word.rpartition(",")
    return address, int(port)
