"""Signatures: how a component betrays its version inside a stripped binary. The rules are data (TOML)."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roadworthy.model.errors import InputError

WINDOW = 256
"""How far a hit may reach from its anchor, in bytes, on either side."""
MAX_ANCHORS = 10_000
"""How often one anchor is looked at in one file: a hostile file may consist of nothing else."""
MAX_HITS = 100
"""How many hits of one signature in one file are reported."""

_KEYS = ("title", "source", "anchor", "pattern", "purl", "cpes", "confidence", "matches", "rejects")
_HINT = "Compare it with the other files beside it; each has the keys " + ", ".join(_KEYS) + "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One rule, read from ``signatures/<rule>.toml``.

    Args:
        id: The file's name: the product's upstream name, with an ending where one product needs more rules.
        title: For people.
        source: Where upstream prints this text: file or function, so that the rule can be checked.
        anchor: A literal that every hit contains; searched first, so that patterns run rarely.
        pattern: Regular expression over bytes, with a group ``version``.
        purl: Package URL without version.
        cpes: CPE 2.3 prefixes ``cpe:2.3:a:vendor:product``, most usual first.
        confidence: 0 to 1.
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

    @property
    def product(self) -> str:
        """The upstream name: the last part of the purl."""
        return self.purl.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place where a signature matched.

    Args:
        signature: The rule.
        version: What its group ``version`` holds.
        offset: First byte of the match.
        text: The matched text, escaped.
    """

    signature: Signature
    version: str
    offset: int
    text: str


class SignatureSet:
    """All signatures, ready to run over a file.

    A literal search finds the anchors; a pattern runs only around them, over at most `WINDOW` bytes on either
    side. So the cost is that of one fast pass for each signature, whatever the patterns are.

    Args:
        signatures: The rules.
    """

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self.signatures = tuple(sorted(signatures, key=lambda each: each.id))
        self._patterns = tuple((each, re.compile(each.pattern.encode("latin-1"))) for each in self.signatures)

    def search(self, data: bytes) -> Iterator[Hit]:
        """Every hit in some bytes, by offset, then by signature."""
        hits = [hit for signature, pattern in self._patterns for hit in _hits(signature, pattern, data)]
        yield from sorted(hits, key=lambda hit: (hit.offset, hit.signature.id))


def _hits(signature: Signature, pattern: re.Pattern[bytes], data: bytes) -> Iterator[Hit]:
    found = 0
    after = 0  # end of the last hit: one text with two anchors in it is one hit
    for at in _occurrences(signature.anchor, data):
        if at < after:
            continue
        match = _around(at, len(signature.anchor), pattern, data, after)
        if match is None:
            continue
        yield Hit(
            signature=signature,
            version=match["version"].decode("latin-1"),
            offset=match.start(),
            text=match[0].decode("ascii", "backslashreplace"),
        )
        after = match.end()
        found += 1
        if found == MAX_HITS:
            return


def _occurrences(anchor: bytes, data: bytes) -> Iterator[int]:
    at = data.find(anchor)
    for _ in range(MAX_ANCHORS):
        if at < 0:
            return
        yield at
        at = data.find(anchor, at + len(anchor))


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


def parse_signature(rule_id: str, text: str) -> Signature:
    """A signature from its TOML text.

    Args:
        rule_id: The file's name without ``.toml``; becomes the id.
        text: What the file says.

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
        pattern=_text(rule_id, table, "pattern"),
        purl=_text(rule_id, table, "purl"),
        cpes=_texts(rule_id, table, "cpes"),
        confidence=_confidence(rule_id, table),
        matches=_matches(rule_id, table),
        rejects=_texts(rule_id, table, "rejects"),
    )
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
        pattern = re.compile(signature.pattern.encode("latin-1"))
    except (re.error, UnicodeEncodeError) as error:
        raise _wrong(signature.id, f"pattern: {error}") from error
    if "version" not in pattern.groupindex:
        raise _wrong(signature.id, "pattern has no group named version")
    single = SignatureSet([signature])
    for text, version in signature.matches:
        found = [hit.version for hit in single.search(text.encode("latin-1"))]
        if found[:1] != [version]:
            raise _wrong(signature.id, f"[matches] {text!r} gives {found}, not {version!r}")
    for text in signature.rejects:
        if any(single.search(text.encode("latin-1"))):
            raise _wrong(signature.id, f"rejects: {text!r} matches")
