"""Waivers in a report: who accepts what, until when, and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from roadworthy.inspection.waiver import WaiverState
from roadworthy.model.finding import Finding
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table, Text

STATES: Final = {
    WaiverState.IN_FORCE.value: "in force",
    WaiverState.EXPIRED.value: "expired: it counts again",
    WaiverState.UNUSED.value: "means nothing here: take it out",
}


def acceptances(waivers: Sequence[Row], findings: Sequence[Finding]) -> Mapping[Finding, str]:
    """Which failures are accepted, and in what words."""
    return {
        findings[
            position
        ]: f"Accepted by {each.text('author')} until {each.text('expires')}: {each.text('reason')}"
        for each in waivers
        if each.text("state") == WaiverState.IN_FORCE
        for position in each.wholes("findings")
        if 0 <= position < len(findings)
    }


def sentence(waivers: Sequence[Row], accepted: Mapping[Finding, str]) -> str:
    """How many failures are accepted, and how many waivers are over; empty without waivers."""
    if not waivers:
        return ""
    expired = sum(each.text("state") == WaiverState.EXPIRED for each in waivers)
    count = f"{len(accepted)} failure{'s' * (len(accepted) != 1)}"
    over = f" {expired} waiver{'s' * (expired != 1)} expired." if expired else ""
    stay = "it stays" if len(accepted) == 1 else "they stay"
    return f"Somebody accepts {count}; {stay} in the evidence.{over}"


def waivers_chapter(waivers: Sequence[Row]) -> Iterator[Block]:
    """The chapter about what somebody accepts."""
    if not waivers:
        return
    yield Heading(f"What somebody accepts ({len(waivers)})")
    yield Text("What is accepted is still a failure; it does not count until the day named is over.")
    rows = tuple(
        (
            each.text("accepts"),
            ", ".join(each.texts("paths")),
            str(len(each.wholes("findings"))),
            each.text("reason"),
            each.text("author"),
            each.text("expires"),
            STATES.get(each.text("state"), each.text("state")),
            each.text("place"),
        )
        for each in waivers
    )
    yield Table(("accepts", "only in", "failures", "reason", "who", "until", "state", "written in"), rows)
