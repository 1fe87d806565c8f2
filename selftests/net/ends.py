# SPDX-License-Identifier: GPL-2.0
"""
Both ends of connections that a command cuts.

    ends.py CLIENT_NETNS SERVER_NETNS SERVER CASE COMMAND

SERVER is ADDRESS,PORT. Exit status 0: what the case says came true. COMMAND is run by
bash once the ends have spoken to each other; `fw` is what lib.sh exports.
"""
import errno
import select
import socket
import subprocess
import sys
import time

from hosts import PATIENCE, enter, place

client_ns, server_ns, where, case, command = sys.argv[1:]
SERVER = place(where)
FAMILY = socket.AF_INET6 if ":" in SERVER[0] else socket.AF_INET
ICMPV6, IP_RECVERR, IPV6_RECVERR = 58, 11, 25	# linux/in.h, linux/in6.h
# Communication administratively prohibited, as a socket has it: RFC 792, RFC 4443.
PROHIBITED = errno.EACCES if FAMILY == socket.AF_INET6 else errno.EHOSTUNREACH


def socket_in(netns, kind):
    enter(netns)
    s = socket.socket(FAMILY, kind)
    s.settimeout(PATIENCE)
    return s


def cut():
    subprocess.run(["bash", "-c", command], check=True, stdout=subprocess.DEVNULL)


def error_of(s):
    """The error that a socket that only listens gets in time; 0: none, or an orderly end."""
    try:
        while s.recv(65536):
            pass
    except socket.timeout:
        return 0
    except OSError as e:
        return e.errno
    return 0


def pairs(number):
    server = socket_in(server_ns, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(SERVER)
    server.listen(number)
    made = []
    for _ in range(number):
        c = socket_in(client_ns, socket.SOCK_STREAM)
        c.connect(SERVER)
        s, _ = server.accept()
        s.settimeout(PATIENCE)
        made.append((c, s))
    return made


def speaks():
    """Cut at the next packet: its sender and the end that only listens are reset."""
    [(c, s)] = pairs(1)
    s.sendall(b"greeting")
    assert c.recv(100) == b"greeting"
    cut()
    c.sendall(b"x")
    return [error_of(c), error_of(s)] == [errno.ECONNRESET] * 2


def silence():
    """Neither end is notified: the one that listens waits, the other sends without an answer."""
    [(c, s)] = pairs(1)
    cut()
    c.sendall(b"x")
    for end in c, s:
        end.settimeout(1)
    return [error_of(c), error_of(s)] == [0, 0]


def alive():
    """Idle for as long as the command takes, and bytes still go both ways afterwards."""
    [(c, s)] = pairs(1)
    for first, second in (c, s), (s, c):
        first.sendall(b"before")
        assert second.recv(100) == b"before"
    cut()
    for first, second in (c, s), (s, c):
        first.sendall(b"after")
        assert second.recv(100) == b"after"
    return True


def dead():
    """The server is cut off and silent: its client gets a reset."""
    [(c, s)] = pairs(1)
    s.sendall(b"greeting")
    assert c.recv(100) == b"greeting"
    cut()
    return error_of(c) == errno.ECONNRESET


def busy():
    """Many connections are cut while bytes are in flight both ways: all are reset."""
    ends = [end for pair in pairs(20) for end in pair]
    for end in ends:
        end.setblocking(False)
    block, child, until = bytes(65536), None, time.monotonic() + PATIENCE
    moved = 0
    while ends and time.monotonic() < until:
        readers, writers, _ = select.select(ends, ends, [], 1)
        for end in set(readers) | set(writers):
            try:
                if end in readers:
                    moved += len(end.recv(1 << 20))
                if end in writers:
                    end.send(block)
            except BlockingIOError:
                pass
            except (ConnectionResetError, BrokenPipeError):
                ends.remove(end)
        if child is None and moved > 10 << 20:
            child = subprocess.Popen(["bash", "-c", command], stdout=subprocess.DEVNULL)
    print("#", len(ends), "left,", moved, "bytes moved")
    return child is not None and child.wait() == 0 and not ends


def opening():
    """A client whose server has not answered yet is refused at once."""
    c = socket_in(client_ns, socket.SOCK_STREAM)
    c.setblocking(False)
    assert c.connect_ex(SERVER) == errno.EINPROGRESS
    cut()
    select.select([], [c], [], PATIENCE)
    return c.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED


def datagrams():
    """Both connected UDP sockets get the error."""
    s = socket_in(server_ns, socket.SOCK_DGRAM)
    s.bind(SERVER)
    c = socket_in(client_ns, socket.SOCK_DGRAM)
    c.connect(SERVER)
    c.send(b"x")
    _, peer = s.recvfrom(100)
    s.connect(peer)
    s.send(b"y")
    assert c.recv(100) == b"y"
    cut()
    errors = error_of(c), error_of(s)
    print("#", errors)
    return errors == (PROHIBITED, PROHIBITED)


def pings():
    """A socket that waits for the answer to an echo request gets the error, which ping(8) would print."""
    enter(client_ns)
    v6 = FAMILY == socket.AF_INET6
    s = socket.socket(FAMILY, socket.SOCK_DGRAM, ICMPV6 if v6 else socket.IPPROTO_ICMP)
    s.settimeout(PATIENCE)
    s.setsockopt(*((socket.IPPROTO_IPV6, IPV6_RECVERR) if v6 else (socket.IPPROTO_IP, IP_RECVERR)),
                 1)
    s.connect((SERVER[0], 0))
    s.send(bytes([128 if v6 else 8, 0, 0, 0, 0, 0, 0, 1]))
    assert len(s.recv(100)) == 8
    cut()
    return error_of(s) == PROHIBITED


CASES = [speaks, silence, alive, dead, busy, opening, datagrams, pings]
sys.exit(0 if {f.__name__: f for f in CASES}[case]() else 1)
