"""Small worlds for examples: a device that starts a few programs."""

from typing import Final

ELF: Final = "\x7fELF"


def boots(*lines: str, **more: str) -> dict[str, str | bytes]:
    """A start script with these lines, and the programs that they name.

    Args:
        lines: Command lines; each one's first word becomes a program in ``/usr/sbin``.
        more: Further files of ``/etc``: ``sysctl_conf="…"`` is ``/etc/sysctl.conf``.
    """
    programs = {f"/usr/sbin/{line.split()[0]}": ELF for line in lines}
    script: dict[str, str | bytes] = {"/etc/init.d/rcS": "\n".join(lines) + "\n"}
    return script | programs | {f"/etc/{name.replace('_', '.')}": text for name, text in more.items()}


IDLE: Final = boots("crond")
"""A device that starts nothing of interest."""
