#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
queue.py NUMBER: a user of nftables' queue 0. Holds so many packets, says "held", and lets
all of them go on when told so by a line.
"""
import os
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../netlink"))
from rawnl import Attr, NLM_F_ACK, parse, request

NETLINK_NETFILTER, NFNL_SUBSYS_QUEUE = 12, 3
PACKET, VERDICT, CONFIG = (NFNL_SUBSYS_QUEUE << 8 | message for message in range(3))
PACKET_HDR, VERDICT_HDR = 1, 2
CFG_CMD, CFG_PARAMS, BIND, COPY_META = 1, 2, 1, 1
NF_ACCEPT = 1
HEADERS = 16 + 4            # struct nlmsghdr, struct nfgenmsg


def send(sock, kind, *attrs, flags=0):
    body = struct.pack("=BBH", 0, 0, 0) + b"".join(attr.pack() for attr in attrs)
    sock.send(request(kind, flags, 0, body))


def configure(sock, attr):
    send(sock, CONFIG, attr, flags=NLM_F_ACK)
    error, = struct.unpack_from("=i", sock.recv(4096), 16)
    if error:
        raise SystemExit(f"queue.py: {os.strerror(-error)}")


def packet_id(message):
    attrs = dict(parse(message[HEADERS:]))
    return attrs[PACKET_HDR][:4]


def main():
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    sock.settimeout(20)
    configure(sock, Attr(CFG_CMD, struct.pack("=BBH", BIND, 0, 0)))
    configure(sock, Attr(CFG_PARAMS, struct.pack("!IB", 0, COPY_META)))
    print("ready", flush=True)
    held = [packet_id(sock.recv(65536)) for _ in range(int(sys.argv[1]))]
    print("held", flush=True)
    sys.stdin.readline()
    for id in held:
        send(sock, VERDICT, Attr(VERDICT_HDR, struct.pack("!I", NF_ACCEPT) + id))


main()
