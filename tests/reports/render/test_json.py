"""JSON comes back as it went in, and is safe to look at."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.reports.blocks import Canvas, Document
from roadworthy.reports.render.json import RENDERING

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_values_survive_and_nothing_invisible_is_written(data: dict[str, object]) -> None:
    text = RENDERING.render(Document(title="", blocks=(), data=data), Canvas()).decode()
    assert json.loads(text) == data
    assert text.endswith("}\n")
    assert all(line.isprintable() for line in text.split("\n"))


def test_text_that_can_be_seen_is_written_as_it_is() -> None:
    data = {"name": "Grüße, 日本", "evil": "\x1b[2J\x7f\u202e\ud800\U000e0041"}
    shown = RENDERING.render(Document(title="", blocks=(), data=data), Canvas()).decode()
    evil = r"\u001b[2J\u007f\u202e\ud800\udb40\udc41"
    assert shown == f'{{\n  "name": "Grüße, 日本",\n  "evil": "{evil}"\n}}\n'


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        RENDERING.render(Document(title="", blocks=(), data={"x": float("nan")}), Canvas())
