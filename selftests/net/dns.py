#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""dns.py FILE: a name server at 127.0.0.1.

FILE is read at each question. Its lines are NAME A|AAAA ADDRESS..., or in place of the addresses
"fails" (SERVFAIL), "refused" or "lost" (no answer). A name without a line does not exist.
"""
import ipaddress
import socket
import struct
import sys

TYPES = {1: "A", 28: "AAAA"}
CODES = {"fails": 2, "refused": 5}


def question(packet):
    """The name, the type and where the question ends."""
    at, labels = 12, []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    return ".".join(labels), struct.unpack(">H", packet[at + 1:at + 3])[0], at + 5


def answers(path, name, kind):
    """The response code and the addresses, or None for no answer."""
    with open(path) as file:
        lines = [line.split() for line in file]
    mine = [line[1:] for line in lines if line and line[0] == name]
    words = [word for line in mine if line[0] == kind for word in line[1:]]
    if words == ["lost"]:
        return None
    if words and words[0] in CODES:
        return CODES[words[0]], []
    return 0 if mine else 3, [ipaddress.ip_address(word).packed for word in words]


def main():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    print("ready", flush=True)
    while True:
        packet, client = server.recvfrom(2000)
        name, kind, end = question(packet)
        found = answers(sys.argv[1], name, TYPES.get(kind))
        if not found:
            continue
        code, addresses = found
        body = b"".join(b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(a)) + a
                        for a in addresses)
        server.sendto(packet[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(addresses), 0, 0) +
                      packet[12:end] + body, client)


main()
