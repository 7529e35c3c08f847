"""What the extensions of a MUD file say, for the page of the file."""

from roadworthy.network.mud.extensions import TlsProfile, Transparency, tls_profiles_of, transparency_of
from roadworthy.network.mud.file import MudFile
from roadworthy.reports.blocks import Block, Facts, Heading, Table


def extension_blocks(mud: MudFile) -> list[Block]:
    """Bills of materials and vulnerabilities (RFC 9472), and TLS (RFC 9761); nothing for a file without."""
    blocks: list[Block] = []
    said = transparency_of(mud)
    if said is not None and (facts := _facts(said)):
        blocks += [Heading("What is in it, and what is wrong with it"), Facts(facts)]
    if profiles := tuple(tls_profiles_of(mud)):
        columns = ("rule", "profile", "versions", "cipher suites", "protocols", "trusts")
        blocks += [Heading("How it speaks TLS"), Table(columns, tuple(map(_row, profiles)))]
    return blocks


def _facts(said: Transparency) -> tuple[tuple[str, str], ...]:
    on_device = f"on the device, by {said.on_device}" if said.on_device else ""
    bills = [(f"bill of {version}", url or "not said where") for version, url in said.bills]
    facts = [
        *bills,
        ("bill of materials", on_device),
        ("ask for a bill", said.bill_contact),
        ("earlier bills", said.archive),
        ("vulnerabilities", ", ".join(said.vulnerabilities)),
        ("ask about vulnerabilities", said.vulnerability_contact),
    ]
    return tuple((key, value) for key, value in facts if value)


def _row(profile: TlsProfile) -> tuple[str, ...]:
    trusts = [f"{profile.anchors} anchors"] if profile.anchors else []
    return (
        profile.rule,
        profile.name,
        ", ".join(profile.versions),
        ", ".join(f"{each:#06x}" for each in profile.cipher_suites),
        ", ".join(profile.protocols),
        ", ".join((*trusts, *profile.authorities)),
    )
