"""Steps as bytes, for their way out of the worker; and back, where nobody vouches for them any more."""

import json

from roadworthy.codecs.plain import from_plain, read, to_plain
from roadworthy.inspection.report import Report, Step
from roadworthy.model.problem import Problem


def encode(step: Step) -> bytes:
    """A step as JSON.

    Raises:
        VerificationError: A fact in it has no JSON form. Names the JSON path.
    """
    return json.dumps(to_plain(step), ensure_ascii=False, separators=(",", ":")).encode()


def decode(data: bytes) -> Step:
    """The step that some bytes hold. Whatever passes can stand in an envelope.

    Raises:
        InputError: They are no JSON.
        VerificationError: They are no step. Names the JSON path.
    """
    return from_plain(Step, read(data))


def died(last: Step | None, what: str, hint: str) -> Step:
    """The step that ends an inspection whose worker died: it stays where it was, and gains a `Problem`.

    Args:
        last: The step before; None if there was none.
        what: What happened, in one sentence.
        hint: What the reader can do about it.
    """
    at = last or Step(stage="start", done=0, total=1)
    where = f"{at.stage}, after {at.done} of {at.total}"
    problem = Problem(stage="worker", where=where, what=what, hint=hint)
    return Step(stage=at.stage, done=at.done, total=at.total, gained=Report(problems=(problem,)))
