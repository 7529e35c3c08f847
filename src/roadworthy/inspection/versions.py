"""Versions as different people write them: one and the same, or not."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_EPOCH: Final = re.compile(r"\d{1,4}:")
_REALLY: Final = re.compile(r".{1,100}[+.~]really(?=\d)")  # Debian's way back to an earlier version
_AFTER: Final = re.compile(r"[+~].{0,200}", re.DOTALL)
_REVISION: Final = re.compile(
    r"-(?:r?\d[\w.]{0,30}|.{0,40}(?:ubuntu|deb|build|yocto|br)[\w.]{0,30})\Z", re.IGNORECASE
)
_REPACKED: Final = re.compile(r"[.-](?:dfsg|ds|repack|orig|git|svn)[\w.]{0,40}\Z", re.IGNORECASE)
_PATCH_LEVEL: Final = re.compile(r"[_.-](?=p\d)", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_PACKED: Final = re.compile(r"(3)(\d{2})(\d{2})(\d{2})")  # SQLite, as in the name of its archive
_ZEROS: Final = re.compile(r"(?:\.0)+\Z")
_START: Final = re.compile(r"(?:v|version|release|rel|r)[-_. ]?(?=\d)", re.IGNORECASE)
_STATE: Final = re.compile(
    r"(?:19|20)\d{2}-?\d{2}-?\d{2}(?:[-~.+_].*)?|(?:git[-.]?)?(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}|[a-z]*",
    re.IGNORECASE | re.DOTALL,
)
MAX_LENGTH: Final = 200


def same(one: str, other: str) -> bool:
    """Whether two versions are one, whatever an epoch, a packager's revision or a spelling adds.

    How it can be wrong: a revision of the packager that mends a flaw does not count, and the version of a
    snapshot (``1.2+git123``) is that of the release before it.
    """
    return not forms(one).isdisjoint(forms(other))


def comparable(one: str, other: str) -> bool:
    """Whether two versions can tell against each other: the state of a repository and a release cannot.

    That is a day (``2018-05-21-62566bc2``), a commit, or nothing but letters (``master``).
    """
    return bool(one and other) and _is_state(one) == _is_state(other)


def _is_state(version: str) -> bool:
    return bool(_STATE.fullmatch(version.strip()[:MAX_LENGTH]))


@lru_cache(maxsize=16_384)
def forms(version: str) -> frozenset[str]:
    """All that a version may be called, each in one spelling; nothing for none."""
    return frozenset(_spelled(each) for each in _shorter(version.strip()[:MAX_LENGTH])) - {""}


def _shorter(version: str) -> Iterator[str]:
    yield version
    bare = _START.sub("", _EPOCH.sub("", version, count=1), count=1)
    bare = _REALLY.sub("", bare, count=1)
    yield bare
    for rest in (bare, _AFTER.sub("", bare, count=1)):
        yield rest
        revised = rest if _DATE.fullmatch(rest) else _REVISION.sub("", rest)
        yield revised
        yield _REPACKED.sub("", revised)
    if match := _PACKED.fullmatch(bare):
        yield ".".join(str(int(part)) for part in match.groups())


def _spelled(version: str) -> str:
    return _ZEROS.sub("", _PATCH_LEVEL.sub("", version).lower().replace("_", "."))
