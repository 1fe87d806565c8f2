#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Sockets of the firewall's own, for own-ports.sh.

	hold SOCKET...		bind them, say "ready", stay until killed
	crowd PORT NR SOCKET...	the same of these, then of NR that share its place in the kernel's table
	told ADDR,PORT FROM	ask from that port, say what the socket is told: an answer, or refused
	ping ADDR IDENT		an echo request with that identifier, say whether its answer came
	raw PROTO ADDR TEXT	a packet of a protocol without ports
	hop ADDR,PORT FROM	a datagram with a time to live of 1

A SOCKET is TYPE,ADDR,PORT[,DEVICE]: udp, udplite, tcp; listen, a TCP one that listens; connected,
a UDP one that talks to ADDR,PORT from PORT. An IPv6 one takes IPv4 as well, but for udp6only and tcp6only.
"""
import resource
import signal
import socket
import struct
import sys

UDPLITE = 136


def family(addr):
    return socket.AF_INET6 if ':' in addr else socket.AF_INET


def bound(kind, addr, port, device=''):
    stream = kind.startswith(('tcp', 'listen'))
    s = socket.socket(family(addr), socket.SOCK_STREAM if stream else socket.SOCK_DGRAM,
                      UDPLITE if kind == 'udplite' else 0)
    if s.family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, kind.endswith('6only'))
    if device:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
    s.bind(('', int(port)) if kind == 'connected' else (addr, int(port)))
    if kind == 'connected':
        s.connect((addr, int(port)))
    if kind == 'listen':
        s.listen()
    return s


def hold(*sockets):
    held = [bound(*each.split(',')) for each in sockets]
    print('ready', len(held), flush=True)
    signal.pause()


def crowd(port, nr, *sockets):
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(nr) + 100, int(nr) + 100))
    held = [bound(*each.split(',')) for each in sockets]
    # The size of that table is a power of two, and less.
    for i in range(int(nr)):
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        addr = '127.%d.%d.1' % (i // 2 // 250, i // 2 % 250 + 1)
        s.bind((addr, (int(port) + (i % 2 * 2 + 1) * 16384) % 65536))
        held.append(s)
    print('ready', len(held), flush=True)
    signal.pause()


def asking(to, port):
    addr, there = to.split(',')
    s = socket.socket(family(addr), socket.SOCK_DGRAM)
    s.settimeout(5)
    s.bind(('', int(port)))
    s.connect((addr, int(there)))
    return s


def told(to, port):
    s = asking(to, port)
    s.send(b'question')
    try:
        print(s.recv(100).decode())
    except ConnectionRefusedError:
        print('refused')


def hop(to, port):
    s = asking(to, port)
    if s.family == socket.AF_INET:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
    else:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 1)
    s.send(b'question')


def ping(addr, ident):
    six = family(addr) == socket.AF_INET6
    s = socket.socket(family(addr), socket.SOCK_RAW,
                      socket.IPPROTO_ICMPV6 if six else socket.IPPROTO_ICMP)
    s.settimeout(5)
    packet = struct.pack('!BBHHH', 128 if six else 8, 0, 0, int(ident), 1)
    if not six:
        total = sum(struct.unpack('!4H', packet))
        total = (total & 0xffff) + (total >> 16)
        packet = packet[:2] + struct.pack('!H', ~total & 0xffff) + packet[4:]
    s.sendto(packet, (addr, 0))
    while True:
        got = s.recv(200)[0 if six else 20:]
        if got[0] == (129 if six else 0):
            print('answered' if got[4:6] == struct.pack('!H', int(ident)) else 'another')
            return


def raw(proto, addr, text):
    s = socket.socket(family(addr), socket.SOCK_RAW, int(proto))
    s.sendto(bytes.fromhex(text), (addr, 0))


if __name__ == '__main__':
    globals()[sys.argv[1]](*sys.argv[2:])
