"""Extensions of MUD files as typed values: RFC 9472 (bills of materials, vulnerabilities), RFC 9761 (TLS).

Of what is not as the modules ask (`checking` tells), what can be understood is given.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from roadworthy.codecs.plain import Json
from roadworthy.network.mud.file import MudFile

TRANSPARENCY: Final = "ietf-mud-transparency:transparency"
TLS_SUPPORTED: Final = "ietf-mud-tls:is-tls-dtls-profile-supported"
PROFILES: Final = "ietf-acl-tls:client-profiles"
Nodes = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Transparency:
    """Where the maker says what is in the software, and what is wrong with it (RFC 9472 §5).

    Args:
        bills: Versions, each with the URL of its bill of materials; the URL is empty where none is given.
        on_device: By which protocol the device itself gives its bill, e.g. ``https``; empty for none.
        bill_contact: Whom to ask for a bill; empty for nobody.
        archive: Where earlier bills are listed; empty for nowhere.
        vulnerabilities: Where vulnerabilities are told.
        vulnerability_contact: Whom to ask about them; empty for nobody.
    """

    bills: tuple[tuple[str, str], ...] = ()
    on_device: str = ""
    bill_contact: str = ""
    archive: str = ""
    vulnerabilities: tuple[str, ...] = ()
    vulnerability_contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsProfile:
    """How a device speaks TLS or DTLS where one rule lets it (RFC 9761 §5.2).

    Args:
        rule: Name of the list and the entry, ``list/entry``.
        name: Of the profile.
        versions: ``tls12``, ``dtls13`` and so on.
        cipher_suites: Their numbers in the registry of IANA; so are the following.
        extension_types: Those in its greeting.
        groups: Named groups.
        signature_algorithms: For the handshake.
        certificate_signature_algorithms: For certificates, where they are others.
        protocols: Application protocols (ALPN).
        anchors: How many trust anchors are named.
        authorities: Distinguished names of the authorities that it accepts.
    """

    rule: str
    name: str
    versions: tuple[str, ...] = ()
    cipher_suites: tuple[int, ...] = ()
    extension_types: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    signature_algorithms: tuple[int, ...] = ()
    certificate_signature_algorithms: tuple[int, ...] = ()
    protocols: tuple[str, ...] = ()
    anchors: int = 0
    authorities: tuple[str, ...] = ()


def transparency_of(mud: MudFile) -> Transparency | None:
    """What a file says by RFC 9472; None where it says nothing."""
    said = mud.about.rest.get(TRANSPARENCY)
    if not isinstance(said, dict):
        return None
    return Transparency(
        bills=tuple(
            (_text(each, "version-info"), _text(each, "sbom-url"))
            for each in _list(said, "sboms")
            if isinstance(each, dict)
        ),
        on_device=_text(said, "sbom-local-well-known").rpartition(":")[2],
        bill_contact=_text(said, "sbom-contact-uri"),
        archive=_text(said, "sbom-archive-list"),
        vulnerabilities=_texts(said, "vuln-url"),
        vulnerability_contact=_text(said, "vuln-contact-uri"),
    )


def has_tls_profile(mud: MudFile) -> bool:
    """Whether a file says that the device keeps to its TLS profiles (RFC 9761 §5.1)."""
    return mud.about.rest.get(TLS_SUPPORTED) is True


def tls_profiles_of(mud: MudFile) -> Iterator[TlsProfile]:
    """The TLS profiles of a file, in the order of its rules."""
    for acl in mud.lists:
        for entry in acl.entries:
            said = entry.matches.get(PROFILES)
            for each in _list(said, "tls-dtls-profile") if isinstance(said, dict) else ():
                if isinstance(each, dict):
                    yield _profile(f"{acl.name}/{entry.name}", each)


def _profile(rule: str, said: Nodes) -> TlsProfile:
    return TlsProfile(
        rule=rule,
        name=_text(said, "name"),
        versions=_texts(said, "supported-tls-version") + _texts(said, "supported-dtls-version"),
        cipher_suites=_numbers(said, "cipher-suite"),
        extension_types=_numbers(said, "extension-type"),
        groups=_numbers(said, "supported-group"),
        signature_algorithms=_numbers(said, "signature-algorithm"),
        certificate_signature_algorithms=_numbers(said, "signature-algorithm-cert"),
        protocols=_texts(said, "application-protocol"),
        anchors=len(_list(said, "accept-list-ta-cert")),
        authorities=_texts(said, "certificate-authorities"),
    )


def _list(said: Nodes, key: str) -> list[Json]:
    value = said.get(key)
    return value if isinstance(value, list) else []


def _text(said: Nodes, key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""


def _texts(said: Nodes, key: str) -> tuple[str, ...]:
    return tuple(each for each in _list(said, key) if isinstance(each, str))


def _numbers(said: Nodes, key: str) -> tuple[int, ...]:
    return tuple(each for each in _list(said, key) if isinstance(each, int) and not isinstance(each, bool))
