# SPDX-License-Identifier: GPL-2.0
"""
Both ends of an SCTP association, by the hosts' own kernels.

    sctp_ends.py CLIENT_NETNS SERVER_NETNS CLIENT SERVER CASE [ARGUMENT...]

CLIENT and SERVER are ADDRESS,PORT. Exit status 0: what the case says came true; 4: this
kernel has no SCTP. A word COMMAND is run by bash while the association is there; `fw` is
what lib.sh exports.
"""
import errno
import socket
import struct
import subprocess
import sys

from hosts import PATIENCE, enter, place

SKIP = 4
SOL_SCTP = socket.IPPROTO_SCTP
BINDX_ADD = 100		# linux/sctp.h

client_ns, server_ns = sys.argv[1:3]
CLIENT, SERVER = place(sys.argv[3]), place(sys.argv[4])
FAMILY = socket.AF_INET6 if ":" in SERVER[0] else socket.AF_INET


def socket_in(netns, where):
    enter(netns)
    try:
        s = socket.socket(FAMILY, socket.SOCK_STREAM, SOL_SCTP)
    except OSError as e:
        if e.errno == errno.EPROTONOSUPPORT:
            sys.exit(SKIP)
        raise
    s.settimeout(PATIENCE)
    s.bind(where)
    return s


def sockaddr(address, port):
    if FAMILY == socket.AF_INET6:
        return struct.pack("=HHI16sI", FAMILY, socket.htons(port), 0,
                           socket.inet_pton(FAMILY, address), 0)
    return struct.pack("=HH4s8s", FAMILY, socket.htons(port),
                       socket.inet_pton(FAMILY, address), bytes(8))


def pair(client_more=(), server_more=()):
    """One association; more addresses make it multi-homed."""
    server = socket_in(server_ns, SERVER)
    for address in server_more:
        server.setsockopt(SOL_SCTP, BINDX_ADD, sockaddr(address, SERVER[1]))
    server.listen(1)
    client = socket_in(client_ns, CLIENT)
    for address in client_more:
        client.setsockopt(SOL_SCTP, BINDX_ADD, sockaddr(address, CLIENT[1]))
    client.connect(SERVER)
    accepted, _ = server.accept()
    accepted.settimeout(PATIENCE)
    server.close()
    return client, accepted


def run(command):
    subprocess.run(["bash", "-c", command], check=True, stdout=sys.stderr)


def pass_on(sender, receiver, size):
    data = bytes(range(256)) * (size // 256)
    for at in range(0, len(data), 1024):
        sender.sendall(data[at:at + 1024])
    got = b""
    while len(got) < len(data):
        got += receiver.recv(65536)
    return got == data


def talk(command):
    """Data both ways, and then a shutdown that the server sees; COMMAND runs before that."""
    c, s = pair()
    if not (pass_on(c, s, 32768) and pass_on(s, c, 32768)):
        return False
    run(command)
    c.shutdown(socket.SHUT_WR)
    return s.recv(1) == b""


def error_of(s):
    try:
        return 0 if s.recv(1) else -1
    except OSError as e:
        return e.errno


def abort(command):
    """The client aborts, the server sees it; COMMAND is run then."""
    c, s = pair()
    if not pass_on(c, s, 1024):
        return False
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()
    if error_of(s) != errno.ECONNRESET:
        return False
    run(command)
    return True


def cut(command):
    """COMMAND cuts it, and both see that it is aborted."""
    c, s = pair()
    if not (pass_on(c, s, 1024) and pass_on(s, c, 1024)):
        return False
    run(command)
    return [error_of(c), error_of(s)] == [errno.ECONNRESET] * 2


def paths(client_more, server_more, command):
    """The association has several paths, which COMMAND waits for; then data pass."""
    c, s = pair([client_more], [server_more])
    run(command)
    return pass_on(c, s, 8192) and pass_on(s, c, 8192)


case, arguments = sys.argv[5], sys.argv[6:]
sys.exit(0 if {"talk": talk, "abort": abort, "cut": cut, "paths": paths}[case](*arguments) else 1)
