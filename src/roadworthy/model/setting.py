"""Setting: what a configuration in the image decides about a program, the kernel or the boot chain."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One decision.

    Args:
        scope: Whose setting: ``sshd``, ``dropbear``, ``lighttpd``, ``kernel``, ``sysctl``, ``esp32``, …
        name: Its name there, as spelt there: ``PermitRootLogin``, ``CONFIG_MODULES``, ``secure-boot``.
        value: Its value as written; secrets masked. Untrusted text.
        evidence: Where it stands.
    """

    scope: str
    name: str
    value: str
    evidence: tuple[Evidence, ...]
