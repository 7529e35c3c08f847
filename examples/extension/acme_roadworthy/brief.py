"""One line: how many questions have which answer."""

from collections import Counter
from typing import Final

from roadworthy.reports.blocks import Document, Text
from roadworthy.reports.report import Dossier, Report


def build(dossier: Dossier) -> Document:
    """Count the answers."""
    counted = Counter(answer.outcome for answer in dossier.answers)
    text = ", ".join(f"{counted[outcome]} {outcome}" for outcome in sorted(counted))
    return Document(
        title="Brief", blocks=(Text(text),), data={str(outcome): counted[outcome] for outcome in counted}
    )


REPORT: Final = Report(title="Brief", build=build)
