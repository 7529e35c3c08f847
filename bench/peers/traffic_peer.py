"""Run inside the environment of the peers: what one of them needs for a flow table of a capture.

A flow table is what any of them is asked for: packets and bytes by protocol, addresses and ports. Prints
packets, flows, seconds, and seconds of computing; starting the program and loading it is not counted.
"""

import importlib
import os
import sys
import time
from collections import defaultdict
from pathlib import Path


def dpkt(path: Path) -> tuple[int, int]:
    """Its reader, and its classes for headers."""
    module = importlib.import_module("dpkt")

    flows: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
    packets = 0
    with path.open("rb") as stream:
        for _, data in module.pcap.Reader(stream):
            packets += 1
            ip = module.ethernet.Ethernet(data).data
            if not isinstance(ip, module.ip.IP | module.ip6.IP6):
                continue
            above = ip.data
            ported = isinstance(above, module.tcp.TCP | module.udp.UDP)
            ports = (above.sport, above.dport) if ported else (0, 0)
            flow = flows[ip.p, ip.src, ip.dst, *ports]
            flow[0] += 1
            flow[1] += len(data)
    return packets, len(flows)


def scapy(path: Path) -> tuple[int, int]:
    """Its reader of whole packets."""
    inet = importlib.import_module("scapy.layers.inet")
    ipv6 = importlib.import_module("scapy.layers.inet6").IPv6
    reading = importlib.import_module("scapy.utils").PcapReader

    flows: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0])
    packets = 0
    with reading(str(path)) as reader:
        for packet in reader:
            packets += 1
            ip = packet.getlayer(inet.IP) or packet.getlayer(ipv6)
            if ip is None:
                continue
            above = packet.getlayer(inet.TCP) or packet.getlayer(inet.UDP)
            ports = (above.sport, above.dport) if above else (0, 0)
            flow = flows[ip.payload.name, ip.src, ip.dst, *ports]
            flow[0] += 1
            flow[1] += len(packet)
    return packets, len(flows)


def nfstream(path: Path) -> tuple[int, int]:
    """Its flows alone: no guess at applications, no statistics. Its packets are those of IP."""
    streamer = importlib.import_module("nfstream").NFStreamer
    packets = flows = 0
    for flow in streamer(source=str(path), n_dissections=0, statistical_analysis=False, n_meters=1):
        packets += flow.bidirectional_packets
        flows += 1
    return packets, flows


def computed() -> float:
    """Seconds of computing so far, with those of child processes that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


if __name__ == "__main__":
    job = {"dpkt": dpkt, "scapy": scapy, "nfstream": nfstream}[sys.argv[1]]
    begun, before = time.perf_counter(), computed()
    counted, found = job(Path(sys.argv[2]))
    print(counted, found, time.perf_counter() - begun, computed() - before)
