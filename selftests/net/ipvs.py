#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""A TCP service of IPVS in this network namespace: ipvs.py ADDRESS PORT [SERVER].

Connections to that port go to the server, masqueraded. ipvsadm would do; it is one package more.
"""
import socket
import struct
import sys

# linux/ip_vs.h
ADD, ADD_SERVER = 64 + 1024 + 64 + 2, 64 + 1024 + 64 + 7


def end(address, port):
    return socket.inet_aton(address) + struct.pack("!H", port) + bytes(2)


address, port = sys.argv[1], int(sys.argv[2])
service = (struct.pack("H2x", socket.IPPROTO_TCP) + end(address, port) +
           struct.pack("I16sIII", 0, b"rr", 0, 0, 0xffffffff))
control = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
control.setsockopt(socket.IPPROTO_IP, ADD, service)
if len(sys.argv) > 3:
    control.setsockopt(socket.IPPROTO_IP, ADD_SERVER,
                       service + end(sys.argv[3], port) + struct.pack("IiII", 0, 1, 0, 0))
