"""Platform: the hardware that a release is made for, as far as the image shows it."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One fact about the hardware.

    Args:
        aspect: ``soc``, ``board``, ``architecture``, ``sdk``, ``toolchain`` or ``open-firmware`` (a free
            firmware that fits, e.g. an OpenWrt target).
        value: What it is: ``mediatek,mt7628``, ``gcc 4.6.4 (Buildroot)``. Untrusted text.
        evidence: What shows it.
    """

    aspect: str
    value: str
    evidence: tuple[Evidence, ...]
