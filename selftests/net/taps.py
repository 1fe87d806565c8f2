#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""How many UDP packets to a port two kinds of capture see arrive: taps.py INTERFACE PORT.

Says "ready", waits for a line on its standard input, then says "all N ip N": what a packet
socket for every protocol has seen, as tcpdump's, and what one bound to ETH_P_IP has.
"""
import socket
import sys

ETH_P_ALL, ETH_P_IP = 3, 0x800


def tap(protocol):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(protocol))
    s.bind((sys.argv[1], protocol))
    s.setblocking(False)
    return s


def is_wanted(data, kind):
    return (kind != socket.PACKET_OUTGOING and data[9] == socket.IPPROTO_UDP and
            int.from_bytes(data[22:24], "big") == int(sys.argv[2]))


def seen(s):
    n = 0
    while True:
        try:
            data, (_, _, kind, *_) = s.recvfrom(2000)
        except BlockingIOError:
            return n
        n += len(data) >= 28 and data[0] == 0x45 and is_wanted(data, kind)


every, only_ip = tap(ETH_P_ALL), tap(ETH_P_IP)
print("ready", flush=True)
sys.stdin.readline()
print(f"all {seen(every)} ip {seen(only_ip)}", flush=True)
