"""Plain values: dataclasses of the model as JSON values."""

from typing import cast

import msgspec


def to_plain(value: object) -> object:
    """A dataclass, or anything made of them, as dicts, lists, strings, numbers, booleans and None.

    Times become RFC 3339 text in UTC, enumerations their values, tuples lists.
    """
    return cast("object", msgspec.to_builtins(value, str_keys=True))
