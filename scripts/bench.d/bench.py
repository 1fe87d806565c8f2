# SPDX-License-Identifier: GPL-2.0
"""What the tables of scripts/bench share: clocks, the head, and printing."""
import json
import os
import platform
import statistics
import subprocess
import sys
import time

TICKS = os.sysconf('SC_CLK_TCK')
ROUNDS = int(os.environ.get('UMBRA_BENCH_ROUNDS') or 5)
TOOLS = os.environ.get('UMBRA_BENCH_TOOLS', 'build/bench')


def run(*words, **options):
    subprocess.run(words, check=True, **options)


class Hosts:
    """
    A client, a router and a server, for one peer alone: namespaces c, r and s.

        eth0 client --- eth1 router eth2 --- eth0 server
    """

    def __init__(self, name, key):
        self.name, self.key = name, key
        self.children = []
        c, r, s = (self.netns(side) for side in 'crs')
        run('ip', '-batch', '-', text=True, input=f'''netns add {c}
netns add {r}
netns add {s}
link add eth0 netns {c} type veth peer name eth1 netns {r}
link add eth0 netns {s} type veth peer name eth2 netns {r}
''')
        for side in 'crs':
            run(*self.inside(side, 'sysctl', '-qw', 'net.ipv4.ip_forward=1',
                             'net.ipv6.conf.all.accept_dad=0', 'net.ipv6.conf.all.forwarding=1',
                             'net.ipv6.conf.all.router_solicitations=0',
                             'net.ipv4.ip_local_port_range=1024 65000'))

    def netns(self, side):
        return self.key + side

    def inside(self, side, *words):
        return ('ip', 'netns', 'exec', self.netns(side)) + words

    def ip(self, side, commands):
        run('ip', '-n', self.netns(side), '-batch', '-', text=True, input=commands)

    def start(self, side, *words):
        self.children.append(subprocess.Popen(self.inside(side, *words)))

    def stop(self):
        for child in self.children:
            child.kill()


def output(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def must_be(wanted, number, what):
    if number != wanted:
        raise SystemExit(f'{os.path.basename(sys.argv[0])}: {number} {what}, not {wanted}')


def kernel_memory():
    """Bytes that the kernel has taken for objects and tables: slab, vmalloc, per-CPU."""
    with open('/proc/meminfo') as meminfo:
        kilobytes = dict(line.split()[:2] for line in meminfo)
    return 1024 * sum(int(kilobytes[name + ':']) for name in ('Slab', 'VmallocUsed', 'Percpu'))


def accelerator():
    if os.environ.get('UMBRA_LANE') == 'native':
        return 'native'
    with open('/proc/cpuinfo') as cpuinfo:
        how = 'tcg' if 'TCG' in cpuinfo.read() else 'kvm'
    return 'tcg, icount' if os.environ.get('UMBRA_BENCH_ICOUNT') else how


def machine():
    """The machine that the figures of a table come from: without it they mean nothing."""
    return {'kernel': platform.release(), 'cpus': os.cpu_count(), 'accel': accelerator(),
            'date': time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime()), 'rounds': ROUNDS}


def busy():
    """Seconds that all processors have worked: user, nice, system, irq, softirq."""
    with open('/proc/stat') as stat:
        fields = [int(word) for word in stat.readline().split()[1:]]
    return (sum(fields[:3]) + sum(fields[5:7])) / TICKS


def cpu_seconds(act):
    """Of the whole machine, interrupts included, while act() runs."""
    before = busy()
    act()
    return busy() - before


def settle(patience=30):
    """Wait until earlier commands have no work left."""
    end = time.monotonic() + patience
    while cpu_seconds(lambda: time.sleep(0.5)) > 0.05 and time.monotonic() < end:
        pass


# What clocks count.
UNIT = 'instr' if 'icount' in accelerator() else 'ns'

# Where nothing is emulated, a disturbance can only make a reading slower.
TYPICAL = 'best' if accelerator() == 'native' else 'median'


def summary(seconds):
    found = {'median': statistics.median(seconds), 'best': min(seconds), 'all': seconds}
    return {'typical': found[TYPICAL], **found}


def summaries(found):
    """Of readings by peer and column."""
    return {name: {column: summary(all) for column, all in columns.items()}
            for name, columns in found.items()}


def rounds():
    """Reports the end of each."""
    for turn in range(ROUNDS):
        yield turn
        print('round %d of %d' % (turn + 1, ROUNDS), file=sys.stderr)


def show(found, groups, rows):
    """
    Prints the table, or with --json the readings behind it. Groups are (title, column names);
    the first column is aligned left, the others right.
    """
    if os.environ.get('UMBRA_BENCH_JSON'):
        print(json.dumps(found))
        return
    where = found['machine']
    print('%s\n%s, %d CPU%s (%s), %s, %s of %d round%s\n'
          % (found['title'], where['kernel'], where['cpus'], 's' * (where['cpus'] > 1),
             where['accel'], where['date'], TYPICAL, where['rounds'], 's' * (where['rounds'] > 1)))
    names = [name for _, columns in groups for name in columns]
    width = [max(map(len, column)) for column in zip(names, *rows)]
    above, at = '', 0
    for title, columns in groups:
        mine = width[at:at + len(columns)]
        above += title.center(sum(mine) + 2 * len(mine) - 2, '-' if title else ' ') + '    '
        at += len(columns)
    print(above.rstrip())
    starts = {sum(len(c) for _, c in groups[:i]) for i in range(1, len(groups))}
    for row in [names] + rows:
        line = ''
        for i, (cell, w) in enumerate(zip(row, width)):
            gap = '' if i == 0 else '    ' if i in starts else '  '
            line += gap + (cell.rjust(w) if i else cell.ljust(w))
        print(line.rstrip())
