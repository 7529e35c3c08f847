"""Signatures: how a component betrays its version inside a stripped binary. The rules are data (TOML)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One rule, read from ``signatures/<product>.toml``.

    Args:
        id: The product's upstream name; the file's name.
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
    """All signatures, ready to run over a file in one pass.

    Args:
        signatures: The rules.
    """

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self.signatures = tuple(sorted(signatures, key=lambda each: each.id))

    def search(self, data: bytes) -> Iterator[Hit]:
        """Every hit in some bytes, by offset."""
        raise NotImplementedError
