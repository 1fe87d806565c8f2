#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""dialler.py NETNS NETNS NAME: a tun device in each, which are the ends of one link.

Prints a line when both are there. They go when this ends, as those of pppd do.
"""
import ctypes
import fcntl
import os
import select
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
CLONE_NEWNET = 0x40000000


def tun(netns, name):
    """A tun device in a namespace: its file."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/{netns}") as ns:
        if libc.setns(ns.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
    fd = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return fd


def main():
    a, b = (tun(netns, sys.argv[3]) for netns in sys.argv[1:3])
    other = {a: b, b: a}
    print("ready", flush=True)
    while True:
        for fd in select.select([a, b], [], [])[0]:
            try:
                os.write(other[fd], os.read(fd, 65536))
            except OSError:
                pass  # that end is down


main()
