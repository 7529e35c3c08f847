"""Signatures: how a component betrays its version inside a stripped binary. The rules are data (TOML)."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

from roadworthy.model.errors import InputError

WINDOW = 256
"""How far a hit may reach from its anchor, in bytes, on either side."""
MAX_ANCHORS = 10_000
"""How often one anchor is looked at in one file: a hostile file may consist of nothing else."""
MAX_HITS = 100
"""How many hits of one signature in one file are reported."""
CHUNK = 256 * 1024
"""How many bytes the anchors are searched in at a time, which bounds the memory that their places take."""

UNMET = 0.6
"""Confidence of a rule that is written from upstream's sources and has met no real binary yet."""

_KEYS = ("title", "source", "anchor", "reach", "pattern", "purl", "cpes", "confidence", "matches", "rejects")
_REACHES = ("near", "file")
_HINT = "Compare it with the other files beside it; each has the keys " + ", ".join(_KEYS) + "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One rule, read from ``signatures/<rule>.toml``.

    Args:
        id: The file's name: the product's upstream name, with an ending where one product needs more rules.
        title: For people.
        source: Where upstream prints this text: file or function, so that the rule can be checked.
        anchor: A literal that every hit needs; searched first, so that patterns run rarely.
        reach: ``near``: every hit contains the anchor. ``file``: the anchor shows that the product is in the
            file, and the version stands alone somewhere else in it; if it could be one of several, it is
            none. Where left out, ``near``.
        pattern: Regular expression over bytes, with a group ``version``; without it, the rule tells the
            product only.
        purl: Package URL without version.
        cpes: CPE 2.3 prefixes ``cpe:2.3:a:vendor:product``, most usual first.
        confidence: 0 to 1: how often it is right on real binaries, `UNMET` where it has met none yet.
        matches: Texts that must match, with the version that must come out.
        rejects: Texts that must not match.
    """

    id: str
    title: str
    source: str
    anchor: bytes
    pattern: str
    purl: str
    cpes: tuple[str, ...]
    confidence: float
    matches: tuple[tuple[str, str], ...]
    rejects: tuple[str, ...]
    reach: str = "near"

    @property
    def product(self) -> str:
        """The upstream name: the last part of the purl."""
        return self.purl.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place where a signature matched.

    Args:
        signature: The rule.
        version: What its group ``version`` holds; empty where the rule tells the product only.
        offset: First byte of the match.
        text: The matched text, escaped.
    """

    signature: Signature
    version: str
    offset: int
    text: str


class SignatureSet:
    """All signatures, ready to run over a file.

    One pass over the bytes finds all anchors (Aho and Corasick, CACM 18(6), 1975); a pattern runs only around
    its own, over at most `WINDOW` bytes on either side, or where it says so once over the file. So the cost
    hardly depends on how many signatures there are.

    Args:
        signatures: The rules.
    """

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self.signatures = tuple(sorted(signatures, key=lambda each: each.id))
        anchors = sorted({each.anchor for each in self.signatures})
        self._anchors = _Anchors(anchors)
        places = {anchor: place for place, anchor in enumerate(anchors)}
        self._rules = tuple((each, places[each.anchor]) for each in self.signatures)

    def search(self, data: bytes) -> Iterator[Hit]:
        """Every hit in some bytes, by offset, then by signature."""
        places = self._anchors.find(data)
        hits: list[Hit] = []
        for signature, anchor in self._rules:
            if anchor in places:
                hits.extend(_hits(signature, _compiled(signature.pattern), data, places[anchor]))
        yield from sorted(hits, key=lambda hit: (hit.offset, hit.signature.id))


class _Anchors:
    """Where each of many literals lies, in one pass."""

    def __init__(self, anchors: Sequence[bytes]) -> None:
        self._lengths = tuple(len(each) for each in anchors)
        self._automaton = BytesAhoCorasick(anchors, implementation=Implementation.DFA)
        self._overlap = max(self._lengths, default=1) - 1

    def find(self, data: bytes) -> dict[int, list[int]]:
        """By the anchor's place in the list: offsets that do not overlap each other, rising, bounded."""
        found: dict[int, list[int]] = {}
        view = memoryview(data)
        for base in range(0, len(data), CHUNK):
            chunk = view[base : base + CHUNK + self._overlap]
            for anchor, start, _ in self._automaton.find_matches_as_indexes(chunk, overlapping=True):
                at = base + start
                places = found.setdefault(anchor, [])
                if not places or (at >= places[-1] + self._lengths[anchor] and len(places) < MAX_ANCHORS):
                    places.append(at)
        return found


@cache
def _compiled(pattern: str) -> re.Pattern[bytes]:
    """Compiled when its anchor is first met: an image meets few of them."""
    return re.compile(pattern.encode("latin-1"))


def _hits(
    signature: Signature, pattern: re.Pattern[bytes], data: bytes, places: Sequence[int]
) -> Iterator[Hit]:
    matches = _alone(pattern, data) if signature.reach == "file" else _near(signature, pattern, data, places)
    for match in matches:
        yield Hit(
            signature=signature,
            version=match.groupdict(b"").get("version", b"").decode("latin-1"),
            offset=match.start(),
            text=match[0].decode("ascii", "backslashreplace"),
        )


def _near(
    signature: Signature, pattern: re.Pattern[bytes], data: bytes, places: Sequence[int]
) -> Iterator[re.Match[bytes]]:
    """Matches that contain the anchor."""
    found = 0
    after = 0  # end of the last hit: one text with two anchors in it is one hit
    for at in places:
        match = _around(at, len(signature.anchor), pattern, data, after) if at >= after else None
        if match is None:
            continue
        yield match
        after = match.end()
        found += 1
        if found == MAX_HITS:
            return


def _alone(pattern: re.Pattern[bytes], data: bytes) -> Iterator[re.Match[bytes]]:
    """The first match, if all agree on the version."""
    first: re.Match[bytes] | None = None
    for match in pattern.finditer(data):
        if first is None:
            first = match
        elif match["version"] != first["version"]:
            return
    if first is not None:
        yield first


def _around(
    at: int, length: int, pattern: re.Pattern[bytes], data: bytes, after: int
) -> re.Match[bytes] | None:
    """The first match that contains the anchor."""
    end = min(len(data), at + length + WINDOW)
    start = max(after, at - WINDOW)
    while match := pattern.search(data, start, end):
        if match.start() > at:
            return None
        if match.end() >= at + length:
            return match
        start = match.start() + 1
    return None


def parse_signature(rule_id: str, text: str, *, verified: bool = False) -> Signature:
    """A signature from its TOML text.

    Args:
        rule_id: The file's name without ``.toml``; becomes the id.
        text: What the file says.
        verified: Whether its pattern was held to its examples already, as a test does with our own rules.

    Raises:
        InputError: It cannot be used; the message names the file and the key or line.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(rule_id, str(error)) from error
    unknown = sorted(set(table) - set(_KEYS))
    if unknown:
        raise _wrong(rule_id, f"the key {unknown[0]!r} is unknown")
    signature = Signature(
        id=rule_id,
        title=_text(rule_id, table, "title"),
        source=_text(rule_id, table, "source"),
        anchor=_text(rule_id, table, "anchor").encode(),
        reach=_reach(rule_id, table),
        pattern=_text(rule_id, table, "pattern"),
        purl=_text(rule_id, table, "purl"),
        cpes=_texts(rule_id, table, "cpes"),
        confidence=_confidence(rule_id, table),
        matches=_matches(rule_id, table),
        rejects=_texts(rule_id, table, "rejects"),
    )
    if not verified:
        _verify(signature)
    return signature


def _wrong(rule_id: str, what: str) -> InputError:
    return InputError(f"signatures/{rule_id}.toml: {what}", hint=_HINT)


def _text(rule_id: str, table: Mapping[str, object], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise _wrong(rule_id, f"{key} must be a text that is not empty")
    return value


def _texts(rule_id: str, table: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(rule_id, f"{key} must be a list of texts")
    return tuple(value)


def _reach(rule_id: str, table: Mapping[str, object]) -> str:
    value = table.get("reach", "near")
    if value not in _REACHES:
        raise _wrong(rule_id, "reach must be one of " + ", ".join(_REACHES))
    return str(value)


def _confidence(rule_id: str, table: Mapping[str, object]) -> float:
    value = table.get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise _wrong(rule_id, "confidence must be a number above 0 and up to 1")
    return float(value)


def _matches(rule_id: str, table: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    value = table.get("matches")
    if not isinstance(value, dict) or not value or not all(isinstance(each, str) for each in value.values()):
        raise _wrong(rule_id, "[matches] must name at least one text and the version in it")
    return tuple(value.items())


def _verify(signature: Signature) -> None:
    """Hold the rule to its own examples, so that a wrong one never gets to an image."""
    try:
        pattern = _compiled(signature.pattern)
    except (re.error, UnicodeEncodeError) as error:
        raise _wrong(signature.id, f"pattern: {error}") from error
    if signature.reach == "file" and "version" not in pattern.groupindex:
        raise _wrong(signature.id, "pattern needs a group named version where reach is file")
    single = SignatureSet([signature])
    for text, version in signature.matches:
        found = [hit.version for hit in single.search(text.encode("latin-1"))]
        if found[:1] != [version]:
            raise _wrong(signature.id, f"[matches] {text!r} gives {found}, not {version!r}")
    for text in signature.rejects:
        if any(single.search(text.encode("latin-1"))):
            raise _wrong(signature.id, f"rejects: {text!r} matches")
