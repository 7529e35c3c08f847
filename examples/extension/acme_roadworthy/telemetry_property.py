"""Telemetry only with the owner's consent."""

from typing import Final

from roadworthy.model.outcome import Basis, Role
from roadworthy.model.property import Property

PROPERTY: Final = Property(
    id="data.no-silent-telemetry",
    question="Does the device send no usage data before its owner agrees?",
    why="What leaves the house unasked is the owner's loss, and the maker's duty by data protection law.",
    remedy="Ship with telemetry off, and ask.",
    responsible=(Role.MAKER,),
    answerable=(Basis.OBSERVED, Basis.DECLARED),
)
