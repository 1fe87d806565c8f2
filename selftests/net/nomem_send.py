# SPDX-License-Identifier: GPL-2.0
"""
Datagrams of this host's own, each with one more allocation coming through.

    nomem_send.py ADDRESS PORT

/proc/thread-self/fail-nth makes the n-th allocation of a send fail. n counts up until
a send takes no more than that. Each is from a socket of its own. Prints a line for
each: what failed it, as an errno's name, or "sent"; the last one is what none failed.
"""
import errno
import os
import socket
import sys

address, port = sys.argv[1], int(sys.argv[2])
family = socket.AF_INET6 if ":" in address else socket.AF_INET
nth = os.open("/proc/thread-self/fail-nth", os.O_RDWR)


def send(s, n):
    """The result of a send, and whether an allocation failed."""
    os.pwrite(nth, b"%d" % n, 0)
    try:
        s.sendto(b"x", (address, port))
        result = "sent"
    except OSError as failure:
        result = errno.errorcode[failure.errno]
    left = int(os.pread(nth, 16, 0).strip(b"\0\n") or 0)
    os.pwrite(nth, b"0", 0)
    return result, not left


for n in range(1, 200):
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        result, failed = send(s, n)
    print(result)
    if not failed:
        sys.exit(0 if result == "sent" else 1)
sys.exit("it never comes through")
