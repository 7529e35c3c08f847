"""Telemetry switched on in the agent's configuration.

What it looks at
The line ``telemetry=`` in ``/etc/acme/agent.conf``.

Why it matters
The agent obeys this line from the first start on.

How it can be wrong
The agent may be told otherwise on its command line.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.check import Check, Example, Inspection, Verdict
from roadworthy.model.outcome import Outcome, Severity


def run(inspection: Inspection) -> Iterator[Verdict]:
    """Look at the endpoints that the agent's configuration names."""
    agents = [each for each in inspection.inventory.endpoints if each.named_by == "acme-agent"]
    if not agents:
        yield Verdict(Outcome.UNKNOWN, "No agent configuration was found.")
    for each in agents:
        if each.protocol == "telemetry":
            yield Verdict(Outcome.FAIL, f"The agent sends usage data to {each.host} unasked.", each.evidence)
        else:
            yield Verdict(Outcome.PASS, "The agent's telemetry is off.", each.evidence)


CHECK: Final = Check(
    shows="data.no-silent-telemetry",
    severity=Severity.MEDIUM,
    run=run,
    examples=(
        Example(files={"/etc/acme/agent.conf": "host=a.example\ntelemetry=on\n"}, outcome=Outcome.FAIL),
        Example(files={"/etc/acme/agent.conf": "host=a.example\ntelemetry=off\n"}, outcome=Outcome.PASS),
        Example(files={"/etc/hostname": "cam\n"}, outcome=Outcome.UNKNOWN),
    ),
)
