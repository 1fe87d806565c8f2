# SPDX-License-Identifier: GPL-2.0
"""
What two real TCPs do to each other that takes more than a conversation.

    tcp_ends.py CLIENT_NETNS SERVER_NETNS SERVER CASE

SERVER is ADDRESS,PORT. Exit status 0: what the case says came true.
"""
import errno
import socket
import struct
import sys

from hosts import PATIENCE, enter, place

TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21	# linux/tcp.h
RECEIVED, OFF_IN_SILENCE = 1, -1
SYN_DATA_TAKEN = 32		# of tcpi_options
CLIENT_PORT = 4321

client_ns, server_ns, where, case = sys.argv[1:]
SERVER = place(where)
FAMILY = socket.AF_INET6 if ":" in SERVER[0] else socket.AF_INET


def socket_in(netns):
    enter(netns)
    s = socket.socket(FAMILY, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(PATIENCE)
    return s


def listen():
    s = socket_in(server_ns)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 16)
    s.bind(SERVER)
    s.listen(16)
    return s


def accept(server):
    s, _ = server.accept()
    s.settimeout(PATIENCE)
    return s


def heard_at_once(server):
    """One connection whose client sends data with its SYN. Return: whether the server took them."""
    c = socket_in(client_ns)
    c.setblocking(True)		# without a cookie yet it would only begin
    c.sendto(b"question", socket.MSG_FASTOPEN, SERVER)
    c.settimeout(PATIENCE)
    s = accept(server)
    assert s.recv(100) == b"question"
    s.sendall(b"answer")
    assert c.recv(100) == b"answer"
    taken = c.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[5] & SYN_DATA_TAKEN
    c.close()
    assert s.recv(100) == b""
    return taken != 0


def fast_open():
    """The first gets a cookie, the others send data with it (RFC 7413)."""
    server = listen()
    return [heard_at_once(server) for _ in range(3)] == [False, True, True]


def time_wait():
    """The server closes first, and its client connects again from the same port at once."""
    server = listen()
    for _ in range(3):
        c = socket_in(client_ns)
        c.bind(("", CLIENT_PORT))
        c.connect(SERVER)
        s = accept(server)
        s.sendall(b"greeting")
        s.close()
        assert c.recv(100) == b"greeting" and c.recv(100) == b""
        c.close()
    return True


def awaited(s):
    """The number of the next byte that it awaits."""
    s.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    s.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR_QUEUE, RECEIVED)
    number = s.getsockopt(socket.IPPROTO_TCP, TCP_QUEUE_SEQ)
    s.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, OFF_IN_SILENCE)
    return number & 0xffffffff


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def forge_reset(c, number):
    """A reset as from the server."""
    port = c.getsockname()[1]
    enter(server_ns)
    raw = socket.socket(FAMILY, socket.SOCK_RAW, socket.IPPROTO_TCP)
    raw.bind((SERVER[0], 0))
    tcp = struct.pack("!HHIIBBHHH", SERVER[1], port, number & 0xffffffff, 0, 5 << 4, 4, 0, 0, 0)
    client = c.getsockname()[0]
    if FAMILY == socket.AF_INET6:
        raw.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_CHECKSUM, 16)
    else:
        pseudo = socket.inet_aton(SERVER[0]) + socket.inet_aton(client) + \
            struct.pack("!HH", socket.IPPROTO_TCP, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    raw.sendto(tcp, (client, 0))


def challenges():
    """How many the client's kernel has sent."""
    enter(client_ns)
    names, values = [line.split() for line in open("/proc/net/netstat", encoding="ascii")
                     if line.startswith("TcpExt:")]
    return int(values[names.index("TCPChallengeACK")])


def resets():
    """A reset far out of the window, one in it, and an exact one: only the last one closes."""
    server = listen()
    c = socket_in(client_ns)
    c.connect(SERVER)
    s = accept(server)
    before = challenges()
    forge_reset(c, awaited(c) + 200000000)
    assert challenges() == before, "what does not fit came through"
    forge_reset(c, awaited(c) + 10)
    assert challenges() == before + 1, "what fits was not challenged"
    for a, b in (c, s), (s, c):
        a.sendall(b"still here")
        assert b.recv(100) == b"still here"
    forge_reset(c, awaited(c))
    try:
        c.recv(100)
    except OSError as e:
        return e.errno == errno.ECONNRESET
    return False


def forget(s):
    """As if its host had crashed."""
    s.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    s.close()


def call(server):
    c = socket_in(client_ns)
    c.bind(("", CLIENT_PORT))
    c.connect(SERVER)
    s = accept(server)
    for a, b in (c, s), (s, c):
        a.sendall(b"hello")
        assert b.recv(100) == b"hello"
    return c, s


def client_forgets():
    """The client connects from the same port again, while the server still has the connection."""
    server = listen()
    c, s = call(server)
    forget(c)
    c, _ = call(server)
    forget(c)
    try:
        s.recv(100)
    except OSError as e:
        return e.errno == errno.ECONNRESET
    return False


def both_forget():
    """The client connects from the same port again, and the server does not know the old connection."""
    server = listen()
    for end in call(server):
        forget(end)
    call(server)
    return True


CASES = [fast_open, time_wait, resets, client_forgets, both_forget]
sys.exit(0 if {f.__name__: f for f in CASES}[case]() else 1)
