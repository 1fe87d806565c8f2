# SPDX-License-Identifier: GPL-2.0
"""
Routers that forward what blast sends, each with a firewall or none.

    client 10.9.0.0/16 --- eth1 router eth2 --- 10.2.0.2 server, fd00:2::2
           fd00:9::/64                          10.2.1.2 ... 10.2.3.2

One outside address has some 64,000 ports, so the router has an address in the network of
each of its four servers. So every peer masquerades 100,000 flows behind four addresses.

blast makes the packets of many flows on the client's link. The router sends them to the
server's link with a wrong hardware address. So the server's kernel drops them like packets
for a neighbour, which is the same sink for all peers.
"""
import json
import subprocess
import time

from bench import Hosts, TOOLS, accelerator, output, rounds, run, settle, summaries

BLAST = TOOLS + '/blast'
ROUTER_MAC, NOBODY = '02:00:00:00:00:01', '02:00:00:00:00:ff'
CLIENT = {4: '10.9.1.1', 6: 'fd00:9::1:1'}
SERVER = {4: '10.2.0.2', 6: 'fd00:2::2'}
LISTEN = {4: '10.1.0.1'}	# of a relay
# Packets of one reading, where there are not more flows.
PACKETS = {'tcg': 100000, 'kvm': 2000000, 'native': 400000, 'tcg, icount': 20000}[accelerator()]
SERVERS = range(4)		# each 256 addresses behind the one before; relays alike

POLICY = '''
network Clients eth1 10.9.0.0/16 eth1 fd00:9::/64
network Servers eth2 10.2.0.0/16 eth2 fd00:2::/64
service any-tcp tcp dynamic any any
service any-udp udp dynamic any any
set adopt 0
rule Clients Servers any-udp allow
rule Clients Servers any-tcp allow
'''
NFT = '''
table inet filter {
	%s
	chain forward {
		type filter hook forward priority 0; policy drop;
		ct state established,related %s accept
		iifname "eth1" oifname "eth2" meta l4proto { tcp, udp } accept
	}
}
'''
NFT_MASQUERADE = '''
table ip nat_out {
	chain postrouting {
		type nat hook postrouting priority srcnat;
		oifname "eth2" masquerade
	}
}
'''


class Routing(Hosts):
    """Plain routing; subclasses add a firewall."""
    target = SERVER	# whom the clients talk to
    rows = ''		# of its policy, besides what lets everything pass

    def __init__(self, name, key):
        super().__init__(name, key)
        self.ip('c', 'link set eth0 up\n')
        self.ip('s', 'link set eth0 up\n')
        self.ip('r', f'''link set eth1 address {ROUTER_MAC} up
link set eth2 address {ROUTER_MAC} up
''' + ''.join(f'''address add 10.1.{i}.1/24 dev eth1
address add 10.2.{i}.1/24 dev eth2
neighbour add 10.2.{i}.2 lladdr {NOBODY} dev eth2
''' for i in SERVERS) + f'''address add fd00:1::1/64 dev eth1 nodad
address add fd00:2::1/64 dev eth2 nodad
neighbour add 10.1.0.2 lladdr {NOBODY} dev eth1
neighbour add fd00:1::2 lladdr {NOBODY} dev eth1
neighbour add fd00:2::2 lladdr {NOBODY} dev eth2
route add 10.9.0.0/16 via 10.1.0.2
route add 10.3.0.0/16 via 10.2.0.2
route add fd00:9::/64 via fd00:1::2
''')
        self.firewall()

    def firewall(self):
        pass

    def flush(self):
        """No session is left."""

    def rest(self):
        """Memory that sessions have left behind must not be in the next reading."""
        settle()

    def quietly(self, *words):
        """Runs a command on the router; its output matters only if it fails."""
        done = subprocess.run(self.inside('r', *words), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(f'{self.name}: {" ".join(words)}: {done.stderr}')

    def says(self, *words):
        return output(*self.inside('r', *words))

    def nft(self, rules):
        run(*self.inside('r', 'nft', '-f', '-'), input=rules, text=True)

    def blast(self, what, proto, *numbers, mac=ROUTER_MAC, client=None):
        """Nanoseconds a packet."""
        family = int(proto[-1])
        return float(output(BLAST, what, proto, *map(str, numbers),
                            f'{self.netns("c")},eth0,{mac},{client or CLIENT[family]}',
                            f'{self.netns("s")},eth0,{ROUTER_MAC},{self.target[family]}'))

    def arrived(self):
        """Packets that the server's link has taken."""
        link = output('ip', '-n', self.netns('s'), '-j', '-s', 'link', 'show', 'eth0')
        return json.loads(link)[0]['stats64']['rx']['packets']

    def forward(self, proto, flows, packets, senders=1):
        """Nanoseconds a packet of open flows. A lost packet must not count as a fast one."""
        before = self.arrived()
        took = self.blast('both' if senders == 2 else 'run', proto, flows, packets)
        lost = before + senders * packets - self.arrived()
        if lost > 0:
            raise SystemExit(f'{self.name}: {lost} of {senders * packets} packets are lost')
        return took


class Umbra(Routing):
    def firewall(self):
        run(*self.inside('r', 'fwtool', 'load', '-'), input=POLICY + self.rows, text=True,
            stdout=subprocess.DEVNULL)

    def count(self):
        return int(self.says('fwtool', 'session', 'count').replace(',', ''))

    def flush(self):
        self.quietly('fwtool', 'session', 'kill', 'all')

    def rest(self):
        """Ten seconds after the last session its table shrinks."""
        time.sleep(12)
        super().rest()


class UmbraMany(Umbra):
    """A million sessions, which stay."""
    rows = 'set sessions-max 1100000\nset timeout-udp-unreplied 86400\n'


class Iptables(Routing):
    def firewall(self):
        for command in 'iptables-legacy', 'ip6tables-legacy':
            for rule in ('-P FORWARD DROP',
                         '-A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
                         '-A FORWARD -i eth1 -o eth2 -p udp -j ACCEPT',
                         '-A FORWARD -i eth1 -o eth2 -p tcp -j ACCEPT'):
                run(*self.inside('r', command, *rule.split()))

    def wait_for_answers(self):
        """As long as a reading takes, for flows that nobody answers."""
        self.quietly('sysctl', '-qw', 'net.netfilter.nf_conntrack_udp_timeout=86400')

    def count(self):
        return int(self.says('conntrack', '-C'))

    def flush(self):
        self.quietly('conntrack', '-F')


class Nft(Iptables):
    def firewall(self):
        self.nft(NFT % ('', '') + self.rows)


class UmbraMasquerade(Umbra):
    rows = 'nat eth1 eth2 masquerade\n'


def relays(*kinds):
    return ''.join(f'relay 10.1.{i}.1:7000 10.2.{i}.2:7000 {kind} from Clients\n'
                   for kind in kinds for i in SERVERS)


class UmbraRelay(Umbra):
    target = LISTEN
    rows = relays('udp-forward', 'tcp-forward')


class UmbraSemitransparent(Umbra):
    target = LISTEN
    rows = relays('semitransparent-udp-forward', 'semitransparent-tcp-forward')


class NftMasquerade(Nft):
    rows = NFT_MASQUERADE


def load_modules():
    run('modprobe', 'umbra')
    run('modprobe', 'nf_conntrack')


def conntrack_holds(sessions, buckets):
    """For all namespaces, after load_modules()."""
    for name, value in ('nf_conntrack_max', sessions), ('nf_conntrack_buckets', buckets):
        run('sysctl', '-qw', f'net.netfilter.{name}={value}')


def measure(peers, readings, generator):
    """
    Collects what readings(peer) yields for each peer, column by column, and generator() for a router
    that drops all packets at its interface; peer after peer, round after round.
    """
    made = [kind(name, 'p%d' % i) for i, (name, kind) in
            enumerate([('generator', Routing)] + peers)]
    found = {peer.name: {} for peer in made}
    for _ in rounds():
        for peer in made:
            read = generator if peer.name == 'generator' else readings
            for column, reading in read(peer):
                found[peer.name].setdefault(column, []).append(reading)
    return summaries(found)
