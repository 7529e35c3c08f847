"""An inspection that breaks halfway. Imported by the worker process in tests."""

from collections.abc import Iterator

from roadworthy.inspection.report import Step


def three_steps() -> Iterator[Step]:
    yield Step(stage="inventory", done=100, total=250)
    raise ValueError("the cataloger fell over")
