"""One version, written by different people; and which versions can tell against each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.versions import comparable, forms, same

SAME = [
    ("1.36.1", "1.36.1-r0"),
    ("1:1.2.11.dfsg-4+b1", "1.2.11"),
    ("9.6p1", "9.6_p1"),
    ("6.6.21+gitAUTOINC+abc", "6.6.21"),
    ("3440200", "3.44.2"),
    ("v2.13.0", "2.13"),
    ("1.1.1w-1ubuntu2", "1.1.1w"),
    ("2.36-9+deb12u4", "2.36"),
    ("6.6", "6.6.0"),
    ("4.14.221+4.14.2-1", "4.14.221"),
    ("2012-02-01-r3", "2012-02-01"),
    ("2.80-16.1", "2.80"),
    ("1:1.3.dfsg+really1.3.1-1+deb13u1", "1.3.1"),
]
OTHER = [
    ("1.0.2u", "1.0.2"),
    ("1:1.3.dfsg+really1.3.1-1+b1", "1.3"),
    ("5.15", "5.15.1"),
    ("1.2.3", "1.2.3-rc1"),
    ("2019-01-31", "2019-01"),
    ("2020-12-02", "2020-12-03"),
    ("1.8.0-beta", "1.8.0"),
    ("", ""),
    ("1", ""),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_version(one: str, other: str) -> None:
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_another_version(one: str, other: str) -> None:
    assert not same(one, other)
    assert not same(other, one)


@pytest.mark.parametrize(
    ("one", "other", "can"),
    [
        ("1.2", "1.3", True),
        ("2018-05-21-62566bc2-8", "2.7-devel", False),
        ("2018-05-21", "2019-01-01", True),
        ("5f4dcc3b5aa765d61d8327deb882cf99aabbccdd", "2.1", False),
        ("1234567", "1234568", True),  # digits alone are no commit
        ("20230101", "1.2", False),
        ("master", "1.0", False),
        ("", "1", False),
    ],
)
def test_what_can_tell_against_each_other(one: str, other: str, *, can: bool) -> None:
    assert comparable(one, other) is can
    assert comparable(other, one) is can


@given(st.text(max_size=400))
def test_a_version_is_the_same_as_itself(version: str) -> None:
    assert same(version, version) is bool(forms(version))
    assert not any(each != each.lower() for each in forms(version))
