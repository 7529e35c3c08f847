"""Platform: what a release is made for and made with, as far as the image shows it."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One fact about the hardware, about how the release was built, or about who could build it anew.

    Args:
        aspect: ``soc``, ``board``, ``architecture``; ``sdk`` (the chip maker's kit, or the build system),
            ``toolchain``; ``release`` (what the image calls itself); ``open-firmware`` (a free firmware that
            fits, e.g. an OpenWrt device); ``licence-text`` (one that lies in the image); ``source-offer``.
        value: What it is: ``mediatek,mt7628``, ``gcc 4.6.4 (Buildroot)``. Untrusted text.
        evidence: What shows it.
    """

    aspect: str
    value: str
    evidence: tuple[Evidence, ...]
