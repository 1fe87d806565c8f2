# SPDX-License-Identifier: GPL-2.0
"""
Payloads that have helpers of other firewalls open a port: a client inside is made to send
them, and the server tries what they ask for.

    slipstream.py CLIENT_NETNS SERVER_NETNS CLIENT SERVER SEEN

CLIENT and SERVER are addresses, SEEN is that of the client as the server sees it. Exit
status 0: each payload arrived as it was sent, and the server came in by none.
"""
import os
import select
import socket
import sys

from hosts import PATIENCE, enter

client_ns, server_ns, CLIENT, SERVER, SEEN = sys.argv[1:]
FAMILY = socket.AF_INET6 if ":" in SERVER else socket.AF_INET
TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
QUIET = int(os.environ.get("UMBRA_QUIET_MS", "120")) / 1000
OPEN = 4444	# the port inside that an attacker wants
HOST = f"[{CLIENT}]" if FAMILY == socket.AF_INET6 else CLIENT
VERSION = 6 if FAMILY == socket.AF_INET6 else 4
SDP = f"v=0\r\nc=IN IP{VERSION} {CLIENT}\r\nm=audio {OPEN} RTP/AVP 0\r\n"


def sip(method):
    """As the attack of 2020 has a browser send it, in the body of a form."""
    return (f"{method} sip:{SERVER};transport=TCP SIP/2.0\r\n"
            f"Via: SIP/2.0/TCP {HOST}:{OPEN};branch=z9hG4bK\r\nContact: <sip:a@{HOST}:{OPEN}>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}").encode()


def h323():
    """A Setup of Q.931 that holds an address and a port, as H.323's helpers look for them."""
    where = socket.inet_pton(FAMILY, CLIENT) + OPEN.to_bytes(2, "big")
    body = b"\x08\x02\x00\x01\x05\x7e" + len(where).to_bytes(2, "big") + where
    return b"\x03\x00" + (len(body) + 4).to_bytes(2, "big") + body


PAYLOADS = [
    (TCP, 21, f"EPRT |{VERSION // 2 - 1}|{CLIENT}|{OPEN}|\r\n".encode()),
    (TCP, 5060, sip("REGISTER")), (UDP, 5060, sip("REGISTER")), (UDP, 5060, sip("INVITE")),
    (TCP, 1720, h323()),
    (TCP, 554, f"SETUP rtsp://x/ RTSP/1.0\r\nTransport: RTP;client_port={OPEN}\r\n\r\n".encode()),
]
if FAMILY == socket.AF_INET:
    PAYLOADS += [
        (TCP, 21, "PORT {},{},{}\r\n".format(
            CLIENT.replace(".", ","), *divmod(OPEN, 256)).encode()),
        (TCP, 6667, "PRIVMSG a :\x01DCC CHAT chat {} {}\x01\r\n".format(
            int.from_bytes(socket.inet_aton(CLIENT), "big"), OPEN).encode()),
    ]


def socket_in(netns, kind, address=None):
    enter(netns)
    s = socket.socket(FAMILY, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(PATIENCE)
    if address:
        s.bind(address)
    return s


def deliver(kind, port, payload):
    """Return: both ends, once the server has it, as it was sent."""
    server = socket_in(server_ns, kind, (SERVER, port))
    client = socket_in(client_ns, kind, (CLIENT, 0))
    if kind == TCP:
        server.listen(1)
    client.connect((SERVER, port))
    client.sendall(payload)
    if kind == TCP:
        server, _ = server.accept()
        server.settimeout(PATIENCE)
    got = server.recv(4096)
    assert got == payload, f"{got} is not what was sent"
    return client, server


def comes_in(kind):
    """Does the server reach the port, by the address that it sees or the one in the payload?"""
    inside = socket_in(client_ns, kind, (CLIENT, OPEN))
    if kind == TCP:
        inside.listen(8)
    tries = []
    for address in {SEEN, CLIENT}:
        s = socket_in(server_ns, kind, (SERVER, 0))
        s.setblocking(False)
        s.connect_ex((address, OPEN))
        if kind == UDP:
            s.send(b"in")
        tries.append(s)
    return bool(select.select([inside], [], [], QUIET)[0])


for kind, port, payload in PAYLOADS:
    ends = deliver(kind, port, payload)
    for way in TCP, UDP:
        assert not comes_in(way), f"port {OPEN} is open after {payload}"
