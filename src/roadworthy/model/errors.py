"""Errors that stop a run. Each carries the way out; a part that merely fails is a `Problem` instead."""


class RoadworthyError(Exception):
    """Base of all errors that Roadworthy raises on purpose.

    Args:
        message: What went wrong, and where (file, line, offset).
        hint: What the user can do about it. Never empty.
    """

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class InputError(RoadworthyError):
    """What the user gave cannot be used: a path, an option, a file with a mistake in it."""


class SourceError(RoadworthyError):
    """What we read from elsewhere cannot be had: a missing tool, a store that does not answer."""


class VerificationError(RoadworthyError):
    """A signature, a digest or a schema does not hold."""


class PolicyError(RoadworthyError):
    """What was asked is not allowed: a limit, a missing consent, a refused overwrite."""
