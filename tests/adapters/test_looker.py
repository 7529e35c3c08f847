"""What crosses from the worker that looks."""

import pytest

from roadworthy.adapters.looker import LocalLooker, decode, died, encode
from roadworthy.adapters.sandbox import Limits
from roadworthy.inspection.looking import READING, Action, FileSystem, Found, Item, Lost, Piece, Refused, Seen
from roadworthy.inspection.rootfs import Node, NodeKind
from roadworthy.model.errors import InputError, RoadworthyError
from roadworthy.model.problem import Problem

NODE = Node(path="/dev/\x1btty", kind=NodeKind.CHARACTER, mode=0o4600, device=(5, 1), target="")


@pytest.mark.parametrize(
    "item",
    [
        Found(systems=(FileSystem(name="a@0x0", nodes=1),), chosen="a@0x0", path="/"),
        Seen(NODE),
        Piece(b"\0\xff{"),
        Piece(b""),
        Lost(Problem(stage="s", where="w", what="x", hint="h")),
        Refused(what="x", hint="h"),
    ],
)
def test_items_come_back_as_they_were(item: Item) -> None:
    assert decode(encode(item)) == item


@pytest.mark.parametrize("data", [b"", b"X{}", b"S{}", b"Fnull", b"S{", b'L{"problem": 1}'])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(RoadworthyError):
        decode(data)


def test_a_death_is_about_what_was_asked_for() -> None:
    last = died(Seen(NODE), "died", "hint")
    assert isinstance(last, Lost)
    assert (last.problem.stage, last.problem.where) == (READING, NODE.path)


def test_a_path_that_is_no_image_is_the_users_slip() -> None:
    with pytest.raises(InputError):
        list(LocalLooker(Limits()).look("/nowhere/at/all", Action.LIST, "/"))
