"""Zeek: its logs, as text in columns or as JSON, to what they say of conversations and names.

Read are conn, dns, ssl, x509, http and dhcp, as the book of Zeek describes them; what else a folder of logs
holds is passed over. Records that are damaged are counted.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from roadworthy.network.defaults import ICMP, ICMPV6, TCP, UDP
from roadworthy.network.flow import NameSource, PeerName
from roadworthy.network.packet import Address
from roadworthy.network.traffic.logged import End, Log, Logged
from roadworthy.network.traffic.names import is_host, is_name

KINDS: Final = frozenset({"conn", "dns", "ssl", "x509", "http", "dhcp"})
PROTOCOLS: Final = {"tcp": TCP, "udp": UDP, "icmp": ICMP}
DNS_PORT, MDNS_PORT = 53, 5353
MAX_LINE: Final = 1_000_000
"""Bytes of one record; a longer one counts as damaged."""
MAX_RECORDS: Final = 5_000_000
ESCAPED: Final = re.compile(r"\\x([0-9a-fA-F]{2})")
Record = Mapping[str, object]


def is_log(first: bytes) -> bool:
    """Whether a file that begins with some bytes may be a log of Zeek."""
    return first.startswith((b"#separator", b"{"))


def kind_of(name: str) -> str:
    """Which log a file is by its name, for one ``conn.10:00:00-11:00:00.log.gz``; empty for any other."""
    kind = re.split(r"[._-]", name, maxsplit=1)[0]
    return kind if kind in KINDS and ".log" in name else ""


def read_logs(files: Iterable[tuple[str, Iterable[bytes]]]) -> Log:
    """What some logs hold.

    Args:
        files: Name of each, and its lines.
    """
    reading = _Reading()
    for name, lines in files:
        reading.read(kind_of(name), lines)
    return reading.log()


class _Reading:
    """Logs that belong together: names and certificates are found by the numbers of connections."""

    def __init__(self) -> None:
        self._connections: list[tuple[str, Logged]] = []
        self._names: dict[str, set[PeerName]] = defaultdict(set)
        self._certificates: dict[str, list[str]] = {}
        self._subjects: dict[str, set[str]] = {}
        self._leases: dict[str, set[Address]] = defaultdict(set)
        self._told: dict[Address, set[PeerName]] = defaultdict(set)
        self._asked: list[tuple[Address, str, tuple[Address, ...]]] = []
        self._damaged = self._count = 0
        self._readers = {
            "conn": self._conn,
            "dns": self._dns,
            "ssl": self._ssl,
            "x509": self._x509,
            "http": self._http,
            "dhcp": self._dhcp,
        }

    def read(self, kind: str, lines: Iterable[bytes]) -> None:
        """Take in a log of some kind, if its lines do not say of which."""
        for path, record in self._records(kind, lines):
            reader = self._readers.get(path)
            if reader is None:
                continue
            self._count += 1
            if self._count > MAX_RECORDS:
                return
            try:
                reader(record)
            except (ValueError, KeyError, TypeError, OverflowError):
                self._damaged += 1

    def log(self) -> Log:
        """All of it, brought together."""
        for uid, chain in self._certificates.items():
            names = {name for each in chain[:1] for name in self._subjects.get(each, ())}
            self._names[uid] |= {PeerName(each, NameSource.CERTIFICATE) for each in names}
        records = []
        for uid, each in self._connections:
            called = tuple(sorted(self._names.get(uid, ())))
            records.append(replace(each, names=called) if called else each)
        return Log(
            records=tuple(records),
            leases={mac: frozenset(each) for mac, each in self._leases.items()},
            told={address: frozenset(each) for address, each in self._told.items()},
            asked=tuple(self._asked),
            damaged=self._damaged,
        )

    def _records(self, kind: str, lines: Iterable[bytes]) -> Iterator[tuple[str, Record]]:
        """Kind and record, line by line."""
        columns = _Columns(kind)
        for line in lines:
            if len(line) >= MAX_LINE:
                self._damaged += 1
            elif line.startswith(b"#"):
                columns.head(line.decode("utf-8", "replace").rstrip("\r\n"))
            elif line.strip():
                record = _json(line) if line.startswith(b"{") else columns.record(line)
                if record is None:
                    self._damaged += 1
                else:
                    yield str(record.get("_path") or columns.kind), record

    def _conn(self, record: Record) -> None:
        protocol = PROTOCOLS[_text(record, "proto")]
        source, target = _end(record, "orig"), _end(record, "resp")
        icmp_type = None
        if protocol == ICMP:
            protocol = ICMPV6 if source.address.version == 6 else ICMP  # noqa: PLR2004 -- of IP
            icmp_type = source.port
            source, target = source._replace(port=None), target._replace(port=None)
        first = _moment(record)
        answers = int(_number(record, "resp_pkts"))
        logged = Logged(
            source=source,
            target=target,
            protocol=protocol,
            icmp_type=icmp_type,
            first=first,
            last=first + _number(record, "duration"),
            packets=int(_number(record, "orig_pkts")) + answers,
            octets=int(_number(record, "orig_ip_bytes") + _number(record, "resp_ip_bytes")),
            answered=answers > 0,
            known=protocol in {ICMP, ICMPV6} or (protocol == TCP and "S" in _text(record, "history")),
        )
        self._connections.append((_text(record, "uid"), logged))

    def _dns(self, record: Record) -> None:
        name = _text(record, "query").lower().rstrip(".")
        port = int(_number(record, "id.resp_p"))
        found = tuple(
            address for each in _several(record, "answers") if (address := _address(each)) is not None
        )
        if port == DNS_PORT and found and is_name(name):
            self._asked.append((ip_address(_text(record, "id.orig_h")), name, found))
        elif port == MDNS_PORT and is_name(name) and name.endswith(".local"):
            for each in found:
                self._told[each].add(PeerName(name, NameSource.MDNS))

    def _ssl(self, record: Record) -> None:
        uid, name = _text(record, "uid"), _text(record, "server_name").lower()
        if is_name(name):
            self._names[uid].add(PeerName(name, NameSource.SNI))
        chain = _several(record, "cert_chain_fps") or _several(record, "cert_chain_fuids")
        if chain:
            self._certificates[uid] = chain

    def _x509(self, record: Record) -> None:
        names = {each.lower() for each in _several(record, "san.dns")}
        if not names:
            found = re.search(r"(?:^|,)CN=([^,]+)", _text(record, "certificate.subject"))
            names = {found[1].lower()} if found else set()
        names = {each for each in names if is_name(each)}
        for key in ("fingerprint", "id"):
            if which := _text(record, key):
                self._subjects[which] = names

    def _http(self, record: Record) -> None:
        name = _text(record, "host").lower().partition(":")[0]
        if is_name(name):
            self._names[_text(record, "uid")].add(PeerName(name, NameSource.HTTP_HOST))

    def _dhcp(self, record: Record) -> None:
        address = _address(_text(record, "assigned_addr")) or _address(_text(record, "client_addr"))
        if address is None:
            return
        if mac := _text(record, "mac").lower():
            self._leases[mac].add(address)
        name = _text(record, "host_name").lower()
        if is_host(name):
            self._told[address].add(PeerName(name, NameSource.DHCP))


class _Columns:
    """A log in columns: what its head says."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._separator, self._inner, self._unset = "\t", ",", "-"
        self._fields: list[str] = []
        self._sets: frozenset[str] = frozenset()

    def head(self, line: str) -> None:
        """Take in a line of the head."""
        if line.startswith("#separator "):
            self._separator = _unescaped(line.partition(" ")[2]) or "\t"
            return
        what, _, rest = line.partition(self._separator)
        match what:
            case "#set_separator":
                self._inner = rest or ","
            case "#unset_field":
                self._unset = rest
            case "#path":
                self.kind = rest
            case "#fields":
                self._fields = rest.split(self._separator)
            case "#types":
                types = zip(self._fields, rest.split(self._separator), strict=False)
                self._sets = frozenset(name for name, kind in types if kind.startswith(("set[", "vector[")))
            case _:
                pass

    def record(self, line: bytes) -> Record | None:
        """One record; None if it has not as many columns as the head says."""
        values = line.decode("utf-8", "replace").rstrip("\r\n").split(self._separator)
        if len(values) != len(self._fields):
            return None
        return {
            name: [_unescaped(each) for each in value.split(self._inner)]
            if name in self._sets
            else _unescaped(value)
            for name, value in zip(self._fields, values, strict=True)
            if value not in {self._unset, "(empty)"}
        }


def _json(line: bytes) -> Record | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "\\" in text else text


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _several(record: Record, name: str) -> list[str]:
    value = record.get(name)
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _number(record: Record, name: str) -> float:
    value = record.get(name, 0)
    if not isinstance(value, str | int | float):
        raise TypeError(name)
    number = float(value)
    if not 0 <= number < 2**63:
        raise ValueError(name)
    return number


def _moment(record: Record) -> float:
    """When, in seconds since 1970: a number, or a time in the manner of RFC 3339."""
    value = record.get("ts", 0)
    if isinstance(value, str) and "T" in value:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.timestamp()
    return _number(record, "ts")


def _end(record: Record, which: str) -> End:
    mac = _text(record, f"{which}_l2_addr").lower()
    return End(ip_address(_text(record, f"id.{which}_h")), mac, int(_number(record, f"id.{which}_p")))


def _address(text: str) -> Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
