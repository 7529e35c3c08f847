import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given

from roadworthy.codecs.plain import MAX_DEPTH, Json, from_plain, read, to_plain, write
from roadworthy.model.errors import InputError, VerificationError
from roadworthy.testing.strategies import json_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    when: datetime
    share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: str
    inner: tuple[Inner, ...]
    count: int | None = None

    def __post_init__(self) -> None:
        if self.name == "forbidden":
            raise ValueError("this name is forbidden")


INNER: dict[str, Json] = {"when": "2026-01-02T03:04:05Z", "share": 0.5}


def outer(**changes: Json) -> dict[str, Json]:
    return {"name": "x", "inner": [INNER], "count": None, **changes}


@given(json_values)
def test_json_values_survive_the_trip_through_a_file(value: Json) -> None:
    assert read(write(value)) == value
    assert to_plain(value) == value


def test_a_dataclass_becomes_an_object_in_field_order_with_times_in_utc() -> None:
    local = datetime(2026, 1, 2, 5, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    plain = to_plain(Outer(name="x", inner=(Inner(when=local),)))
    assert plain == outer()
    assert isinstance(plain, dict)
    assert list(plain) == ["name", "inner", "count"]
    assert from_plain(Outer, plain).inner[0].when == local


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (outer(colour="red"), "$.colour: this field is unknown"),
        (outer(inner=[{**INNER, "a b\n": 1}]), '$.inner[0]["a b\\n"]: this field is unknown'),
        ({"name": "x", "inner": []}, "$.count: this field is missing"),
        ({"inner": []}, "$: Object missing required field `name`"),
        (outer(name=3), "$.name: Expected `str`, got `int`"),
        (outer(count="3"), "$.count: Expected `int | null`, got `str`"),
        (outer(name="forbidden"), "$: this name is forbidden"),
        (outer(inner=[{**INNER, "when": "2026-01-02T03:04:05"}]), "$.inner[0].when: a time needs a zone"),
        (
            outer(inner=[{**INNER, "when": "2026-01-02T04:04:05+01:00"}]),
            "$.inner[0].when: '2026-01-02T04:04:05+01:00' has to be written as '2026-01-02T03:04:05Z'",
        ),
        (
            outer(inner=[{**INNER, "when": "0001-01-01T00:00:00+05:00"}]),
            "$.inner[0].when: the time lies outside",
        ),
    ],
)
def test_what_is_not_as_we_write_it_is_refused_with_its_path(value: Json, message: str) -> None:
    with pytest.raises(VerificationError) as caught:
        from_plain(Outer, value)
    assert str(caught.value).startswith(message)
    assert caught.value.hint


def test_the_path_starts_where_the_caller_says() -> None:
    with pytest.raises(VerificationError, match=r"^\$\.body\.inner\[0\]\.share: Expected `float`"):
        from_plain(Outer, outer(inner=[{**INNER, "share": "much"}]), "$.body")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [0, 2**53]}, "$.a[1]: 9007199254740992 is beyond"),
        ({"a": -(2**53)}, "$.a: -9007199254740992 is beyond"),
        ({"a": 1e20}, "$.a: 1e+20 is beyond"),
        ({"a": float("nan")}, "$.a: nan is beyond"),
        ({"a": float("inf")}, "$.a: inf is beyond"),
        ({"a": "\ud800"}, "$.a: half of a surrogate pair"),
        ({"\udfff": 1}, "$: half of a surrogate pair"),
        ({1: 1}, "$: a field name must be text, not int"),
        ({"a": b"raw"}, "$.a: a bytes has no JSON form"),
        ({"a": Outer}, "$.a: a type has no JSON form"),
    ],
)
def test_what_json_cannot_hold_is_refused_with_its_path(value: object, message: str) -> None:
    with pytest.raises(VerificationError) as caught:
        to_plain(value)
    assert str(caught.value).startswith(message)


def test_depth_is_bounded() -> None:
    value: list[object] = []
    for _ in range(MAX_DEPTH):
        value = [value]
    with pytest.raises(VerificationError, match="nested more than 64 levels deep"):
        to_plain(value)
    assert to_plain(value[0])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"a": 1,\n "b": }', "line 2, column 7"),
        (b'{"a": 1, "b": 2, "a": 3}', "the field 'a' twice"),
        (b"[NaN]", "NaN is no JSON number"),
        (b"[-Infinity]", "-Infinity is no JSON number"),
        (b"\xff\xfe", "this is no JSON"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b"", "line 1, column 1"),
        ("{}".encode("utf-16"), "this is no JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b"9" * 5000, "this is no JSON"),
    ],
)
def test_what_is_no_json_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert message in str(caught.value)
    assert caught.value.hint


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roadworthy.codecs.plain.MAX_BYTES", 10)
    assert read(b"[1,2,3,45]")
    with pytest.raises(InputError, match="11 bytes are more than the 10"):
        read(b"[1,2,3,456]")
    assert write("1234567") == b'"1234567"\n'
    with pytest.raises(VerificationError, match="11 bytes are more than the 10"):
        write("12345678")


def test_messages_do_not_carry_control_characters_or_endless_text() -> None:
    with pytest.raises(VerificationError) as caught:
        from_plain(Inner, {"when": "\x1b[31m" + "x" * 10_000, "share": 1})
    assert str(caught.value).isprintable()
    with pytest.raises(VerificationError) as caught:
        from_plain(Inner, {**INNER, "\x1b" * 1000: 1})
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


def test_a_field_name_that_comes_twice_among_many_is_found_fast() -> None:
    data = json.dumps({f"k{index}": 0 for index in range(200_000)})[:-1] + ', "k199999": 1}'
    with pytest.raises(InputError, match="'k199999' twice"):
        read(data.encode())


def test_microseconds_are_kept() -> None:
    when = datetime(2026, 1, 1, 0, 0, 0, 120, tzinfo=UTC)
    assert to_plain(when) == "2026-01-01T00:00:00.000120Z"
    assert from_plain(Inner, {"when": "2026-01-01T00:00:00.000120Z", "share": 1}).when == when


def test_what_a_terminal_would_obey_or_nobody_could_see_is_escaped() -> None:
    value: Json = {"\x1b[2J": "a\x9b\x7f\u202e\u2028\u200b\ufeff\U000e0041ü漢"}
    data = write(value)
    assert data.decode().replace("\n", "").isprintable()
    assert "ü漢" in data.decode()
    assert read(data) == value


@given(json_values)
def test_the_layout_is_that_of_everybodys_json(value: Json) -> None:
    assert json.loads(write(value)) == value
    assert write({"a": [1, {}, [], {"b": None}]}) == (
        b'{\n  "a": [\n    1,\n    {},\n    [],\n    {\n      "b": null\n    }\n  ]\n}\n'
    )


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roadworthy.codecs.plain.MAX_VALUES", 4)
    assert read(b"[[],[]]") == [[], []]
    with pytest.raises(InputError, match="more than the 4 values"):
        read(b"[[],[],[]]")
