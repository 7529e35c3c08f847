"""What kind of thing an image is, and which questions do not arise there.

An image without an operating system is one program of a microcontroller. Checks that look at files, accounts
and services find nothing in it and say that they could not look. Whether their question does not arise, or
arises and cannot be told from the program, depends on the question and not on the check: it is decided here.
"""

from typing import Final

from roadworthy.inspection.check import Inspection, Verdict
from roadworthy.model.outcome import Outcome

_SYSTEM_KINDS: Final = ("executable", "library", "module")
_DATA: Final = "A microcontroller's program holds no files of this kind."
_SYSTEM: Final = (
    "A microcontroller's program runs without an operating system that has accounts and programs."
)
_KERNEL: Final = "A microcontroller's program has no Linux kernel."
_LOADER: Final = "No loader places a microcontroller's program or links it with libraries."
_TEST: Final = (
    "The question arises; a microcontroller's program decides it in its code, so only a test of the device "
    "or its maker can answer."
)

NOT_ARISING: Final = (
    dict.fromkeys(
        (
            "footprint.no-documentation",
            "footprint.no-package-leftovers",
            "surface.no-development-leftovers",
            "surface.no-development-tools",
            "surface.no-attack-tools",
            "surface.no-debug-tools",
            "updates.packages-verified",
        ),
        _DATA,
    )
    | dict.fromkeys(
        (
            "auth.no-remote-root-password",
            "auth.no-shipped-authorized-keys",
            "auth.one-superuser",
            "privilege.boot-files-protected",
            "privilege.few-setuid-programs",
            "privilege.no-world-writable-files",
            "privilege.secrets-unreadable-to-others",
            "privilege.services-not-root",
        ),
        _SYSTEM,
    )
    | dict.fromkeys(
        (
            "kernel.hardened-config",
            "kernel.modules-verified",
            "kernel.no-debug-interfaces",
            "kernel.restrictive-settings",
            "kernel.supported",
        ),
        _KERNEL,
    )
    | dict.fromkeys(
        (
            "hardening.fortified-calls",
            "hardening.no-executable-stack",
            "hardening.no-writable-runpath",
            "hardening.position-independent",
            "hardening.read-only-relocations",
            "patchability.shared-libraries",
        ),
        _LOADER,
    )
)
"""Properties that no microcontroller's program has or lacks, and why."""

NEEDS_TEST: Final = frozenset(
    {
        "auth.no-default-password",
        "auth.no-empty-password",
        "auth.no-shared-password",
        "auth.strong-password-storage",
        "communication.encrypted-management",
        "communication.modern-ssh-only",
        "communication.modern-tls-only",
        "communication.monitoring-protected",
        "communication.no-cleartext-file-transfer",
        "communication.peers-verified",
        "communication.strong-ciphers-only",
        "communication.wireless-protected",
        "data.no-secrets-in-image",
        "surface.firewall-denies-by-default",
        "surface.no-automatic-port-mapping",
        "surface.no-cleartext-login",
        "surface.no-debug-interface",
        "surface.no-needless-services",
        "updates.no-unverified-code",
        "updates.signature-verified",
    }
)
"""Properties that a microcontroller's program has or lacks, and does not show in a form that is known."""


OWN_CHECK: Final = frozenset(
    {"auth.console-asks-who", "data.no-personal-data-in-image", "hardening.stack-protection"}
    | {"updates.encrypted-transport"}
)
"""Properties that a check of programs answers, so that the silence of one of files takes nothing away."""
_OWN: Final = "A microcontroller's program has no files to ask; another check looks at the program itself."


def is_bare(inspection: Inspection) -> bool:
    """Whether the image is a microcontroller's program, and holds no operating system beside it.

    A file system with data only, as such programs keep one in their flash memory, is none.
    """
    inventory = inspection.inventory
    return bool(inspection.programs) and not (
        any(each.kind in _SYSTEM_KINDS for each in inventory.programs)
        or any(each.name == "linux" for each in inventory.components)
        or inventory.services
    )


def placed(verdict: Verdict, asked: str, inspection: Inspection) -> Verdict:
    """A verdict as it is to be told of this kind of image.

    Only a verdict that rests on nothing is changed: unknown, and without evidence. Where the question does
    not arise, a pass is one too.

    Args:
        verdict: What the check says.
        asked: Id of the property.
        inspection: What it looked at.
    """
    if verdict.outcome not in (Outcome.UNKNOWN, Outcome.PASS) or verdict.evidence or not is_bare(inspection):
        return verdict
    if asked in NOT_ARISING:
        return Verdict(Outcome.NOT_APPLICABLE, NOT_ARISING[asked])
    if asked in OWN_CHECK and verdict.outcome is Outcome.UNKNOWN:
        return Verdict(Outcome.NOT_APPLICABLE, _OWN)
    silent = verdict.outcome is Outcome.UNKNOWN and asked in NEEDS_TEST
    return Verdict(Outcome.UNKNOWN, _TEST) if silent else verdict
