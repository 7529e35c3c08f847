"""Service: a program that the device starts by itself."""

from dataclasses import dataclass

from roadworthy.model.evidence import Evidence

BY_PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One program started without being asked.

    Args:
        name: The program's own name, without path: ``telnetd``.
        command: The command line as written in the image. Untrusted text.
        started_by: Kind of the mechanism: ``inittab``, ``init-script``, ``inetd``, ``cron``, …; `BY_PROGRAM`
            where no boot file, but a command line inside another program names it.
        user: As whom it runs; empty when the image does not say.
        ports: Ports that it likely listens on, as ``tcp/23``; empty when unknown.
        enabled: Whether it starts at boot; None when that could not be settled (a script that decides
            at run time).
        evidence: The line that starts it, and the program if it is there.
    """

    name: str
    command: str
    started_by: str
    user: str
    ports: tuple[str, ...]
    enabled: bool | None
    evidence: tuple[Evidence, ...]
