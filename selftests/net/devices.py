#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What Debian 12's ip cannot make, or only with more packages, in this network namespace.

devices.py netkit NAME PEER MODE  a pair in mode l2 or l3, which lets everything through
devices.py xdp INTERFACE on|off   a generic XDP program that passes everything
devices.py switch NAME INTERFACE  a datapath of Open vSwitch, with that interface as a port
"""
import ctypes
import errno
import os
import platform
import socket
import struct
import sys

# linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/bpf.h
NLM_F_REQUEST, NLM_F_ACK, NLM_F_CREATE = 1, 4, 0x400
NLMSG_ERROR, NESTED, NETLINK_GENERIC = 2, 0x8000, 16
RTM_NEWLINK = 16
IFLA_IFNAME, IFLA_LINKINFO, IFLA_XDP = 3, 18, 43
INFO_KIND, INFO_DATA, NETKIT_PEER_INFO, NETKIT_POLICY, NETKIT_PEER_POLICY, NETKIT_MODE = \
    1, 2, 1, 3, 4, 5
XDP_FD, XDP_FLAGS, XDP_FLAGS_SKB_MODE = 1, 3, 2
BPF_PROG_LOAD, BPF_PROG_TYPE_XDP, XDP_PASS = 5, 6, 2
# linux/genetlink.h, linux/openvswitch.h
GENL_ID_CTRL, CTRL_CMD_GETFAMILY, CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 0x10, 3, 1, 2
DP_CMD_NEW, DP_ATTR_NAME, DP_ATTR_UPCALL_PID = 1, 1, 2
VPORT_CMD_NEW, VPORT_ATTR_TYPE, VPORT_ATTR_NAME, VPORT_ATTR_UPCALL_PID = 1, 2, 3, 5
VPORT_TYPE_NETDEV = 1


def attr(kind, value):
    data = value if isinstance(value, bytes) else struct.pack("=I", value)
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def nest(kind, *attrs):
    return attr(kind | NESTED, b"".join(attrs))


def name(text):
    return text.encode() + b"\0"


def ask(protocol, kind, body, flags=0):
    """Sends one request. Return: the payload of the first answer."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol) as sock:
        sock.bind((0, 0))
        sock.send(struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | NLM_F_ACK | flags,
                              1, 0) + body)
        answer = sock.recv(65536)
    if struct.unpack_from("=H", answer, 4)[0] == NLMSG_ERROR:
        code = -struct.unpack_from("=i", answer, 16)[0]
        if code:
            raise OSError(code, os.strerror(code))
    return answer[16:]


def link(index, *attrs):
    return struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, 0, 0) + b"".join(attrs)


def set_link(flags, *attrs, index=0):
    ask(socket.NETLINK_ROUTE, RTM_NEWLINK, link(index, *attrs), flags)


def netkit(own, peer, mode):
    data = nest(INFO_DATA, attr(NETKIT_MODE, int(mode == "l3")), attr(NETKIT_POLICY, 0),
                attr(NETKIT_PEER_POLICY, 0),
                nest(NETKIT_PEER_INFO, link(0, attr(IFLA_IFNAME, name(peer)))))
    set_link(NLM_F_CREATE, attr(IFLA_IFNAME, name(own)),
             nest(IFLA_LINKINFO, attr(INFO_KIND, name("netkit")), data))


def load_program():
    # r0 = XDP_PASS; exit
    code = struct.pack("=BBhi", 0xb7, 0, 0, XDP_PASS) + struct.pack("=BBhi", 0x95, 0, 0, 0)
    program, licence = ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")
    union = struct.pack("=IIQQ", BPF_PROG_TYPE_XDP, len(code) // 8,
                        ctypes.addressof(program), ctypes.addressof(licence))
    union = ctypes.create_string_buffer(union.ljust(128, b"\0"))
    number = 321 if platform.machine() == "x86_64" else 280
    fd = ctypes.CDLL(None, use_errno=True).syscall(number, BPF_PROG_LOAD, union, 128)
    if fd < 0:
        raise OSError(ctypes.get_errno(), "bpf")
    return fd


def xdp(interface, what):
    fd = load_program() if what == "on" else -1
    set_link(0, nest(IFLA_XDP, attr(XDP_FD, struct.pack("=i", fd)),
                     attr(XDP_FLAGS, XDP_FLAGS_SKB_MODE)), index=socket.if_nametoindex(interface))


def family(text):
    body = struct.pack("=BBH", CTRL_CMD_GETFAMILY, 1, 0) + attr(CTRL_ATTR_FAMILY_NAME, name(text))
    answer, at = ask(NETLINK_GENERIC, GENL_ID_CTRL, body), 4
    while True:
        length, kind = struct.unpack_from("=HH", answer, at)
        if kind == CTRL_ATTR_FAMILY_ID:
            return struct.unpack_from("=H", answer, at + 4)[0]
        at += (length + 3) & ~3


def switch(datapath, interface):
    body = struct.pack("=BBHi", DP_CMD_NEW, 2, 0, 0)
    ask(NETLINK_GENERIC, family("ovs_datapath"),
        body + attr(DP_ATTR_NAME, name(datapath)) + attr(DP_ATTR_UPCALL_PID, 0))
    body = struct.pack("=BBHi", VPORT_CMD_NEW, 1, 0, socket.if_nametoindex(datapath))
    ask(NETLINK_GENERIC, family("ovs_vport"),
        body + attr(VPORT_ATTR_TYPE, VPORT_TYPE_NETDEV) +
        attr(VPORT_ATTR_NAME, name(interface)) + attr(VPORT_ATTR_UPCALL_PID, 0))


try:
    {"netkit": netkit, "xdp": xdp, "switch": switch}[sys.argv[1]](*sys.argv[2:])
except OSError as error:
    sys.exit(f"{sys.argv[1]}: {errno.errorcode.get(error.errno, error)}: {error}")
