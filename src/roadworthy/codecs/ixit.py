"""A self-assessment by ETSI TS 103 701 as Markdown: IXIT tables, and a verdict for each test group.

The form is the one in which makers publish theirs: a file for each IXIT (``ixit_1-AuthMech.md``) with entries
under headings (``**ID**: AuthMech-X``), and a file for each test group with a line ``Provision … — Status``,
test cases with verdicts, and a ``Group Verdict``. Where a group has none, it follows from its cases: one that
failed fails it.

How it can be wrong: it reads what is written, not what was meant; a verdict in other words is unknown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Outcome

MAX_FILES: Final = 1000
MAX_BYTES: Final = 2 * 1024 * 1024
MAX_TEXT: Final = 4000
MAX_ENTRIES: Final = 5000
TABLES: Final = (
    "AuthMech", "UserInfo", "VulnTypes", "Conf", "VulnMon", "SoftComp", "UpdMech", "UpdProc", "ReplSup",
    "SecParam", "SecComMech", "NetSecImpl", "SoftServ", "SecMgmt", "PhyIntf", "CodeMin", "PrivlCtrl",
    "AccCtrl", "SecDev", "SecBoot", "PersData", "ExtSens", "ResMech", "TelData", "DelFunc", "UserDec",
    "UserIntf", "LogIntf", "InpVal",
)  # fmt: skip
"""The IXIT tables of TS 103 701, annex C, in their order: the first is number 1."""

GIVE_FOLDER: Final = "Give the folder with the files ixit_N-NAME.md and Self_Assessment_Test_Group_….md."
_IXIT: Final = re.compile(r"(?:.*/)?ixit[_ -](\d{1,2})-(\w+)\.md", re.IGNORECASE)
_GROUP: Final = re.compile(r"(?:.*/)?.*Test_Group_(\d{1,2})[_.](\d{1,2}-\d{1,2}[A-Z]?)\.md", re.IGNORECASE)
_GROUP_6: Final = re.compile(r"(?:.*/)?.*Test_Group_(6-\d{1,2}[A-Z]?)\.md", re.IGNORECASE)
_HEADING: Final = re.compile(r"(#{1,6})\s+(.*\S)\s*")
_ID: Final = re.compile(r"\**ID\**\s*:\s*`?([\w.-]+)`?\s*:?\s*(.*)")
_STATUS: Final = re.compile(r"Provision\s+(\S+)\s+.{1,3}\s*Status:\s*\**([MR])\b\s*([^*]*)")
_CONDITION: Final = re.compile(r"C\s*\(?(\d{1,2})\)?")
_FEATURE: Final = re.compile(r"\(([a-z]{1,2})\)")
_CASE: Final = re.compile(r"Test case\s+(\S+?)\s*(?:\((conceptual|functional)\))?\s*$", re.IGNORECASE)
_VERDICT: Final = re.compile(
    r"^\W*(?:(Group|Test Case(?: [\d.A-Z-]+)?|Case|Unit \w+)\s*)?Verdict\**\s*:\s*\**\s*([^*\n]+)",
    re.IGNORECASE,
)
_CELL: Final = re.compile(r"\|\s*\*\*((?:PASS|FAIL|N/A)[^|*]*)\*\*\s*\|\s*$")  # a table's last column
_RELATED: Final = re.compile(r"`IXIT (\d{1,2})-(\w+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing that an entry says.

    Args:
        name: What of, as written: ``Authentication Factor``.
        text: What it says, shortened. Untrusted text.
        line: Where.
    """

    name: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IxitEntry:
    """One entry of a table.

    Args:
        id: ``AuthMech-LAN-WebUI-Default``; empty for what a table says as a whole.
        title: Beside the id; empty without one.
        line: Where it begins.
        details: What it says, in order.
    """

    id: str
    title: str
    line: int
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IxitTable:
    """One IXIT table.

    Args:
        number: 1 to 29.
        name: ``AuthMech``.
        file: Its file's name.
        entries: Its entries, in order.
    """

    number: int
    name: str
    file: str
    entries: tuple[IxitEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCase:
    """One test case of a group.

    Args:
        id: ``5.1-1-1``.
        kind: ``conceptual`` or ``functional``; empty where not said.
        verdict: What came of it.
        line: Where it begins.
    """

    id: str
    kind: str
    verdict: Outcome
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TestGroup:
    """What the maker says of one provision.

    Args:
        provision: ``5.3-4A``.
        title: Of the group.
        status: ``M`` or ``R``, as the maker has it; empty where he does not say.
        condition: Number of the condition that he names; empty without.
        feature: Letter of the feature that he names; empty without.
        verdict: Pass, fail, not applicable; unknown where it is in other words.
        words: The verdict as written. Untrusted text.
        derived: Whether it follows from the cases, as no verdict of the group is written.
        summary: Why, shortened. Untrusted text.
        related: Numbers of the IXIT tables that it refers to.
        cases: Its cases.
        file: Its file's name.
        line: Where the verdict is; where the last case begins if it is derived.
    """

    provision: str
    title: str
    status: str = ""
    condition: str = ""
    feature: str = ""
    verdict: Outcome
    words: str = ""
    derived: bool = False
    summary: str = ""
    related: tuple[int, ...] = ()
    cases: tuple[TestCase, ...] = ()
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfAssessment:
    """All files of one product.

    Args:
        groups: By provision.
        tables: By number.
        left: Names of files that are neither.
    """

    groups: tuple[TestGroup, ...]
    tables: tuple[IxitTable, ...]
    left: tuple[str, ...] = field(default=())

    def counted(self) -> dict[Outcome, int]:
        """How many groups have each verdict."""
        return {each: sum(group.verdict is each for group in self.groups) for each in Outcome}


def read(files: Mapping[str, bytes]) -> SelfAssessment:
    """The self-assessment that is in some files.

    Args:
        files: Bytes by name, as they are called in their folder.

    Raises:
        InputError: There is none in them, or a file is too large, no UTF-8, or there twice; names it.
    """
    if len(files) > MAX_FILES:
        raise InputError(f"there are more than {MAX_FILES} files", hint=GIVE_FOLDER)
    groups: dict[str, TestGroup] = {}
    tables: dict[int, IxitTable] = {}
    left = []
    for name in sorted(files):
        text = _text(name, files[name]) if name.endswith(".md") else ""
        provision = _provision(name)
        if provision:
            _once(groups, provision, name)
            groups[provision] = _group(provision, name, text)
        elif found := _IXIT.fullmatch(name):
            number = _number(found, name)
            _once(tables, number, name)
            tables[number] = IxitTable(
                number=number, name=TABLES[number - 1], file=name, entries=tuple(_entries(name, text))
            )
        else:
            left.append(name)
    if not groups and not tables:
        raise InputError("there is no self-assessment in these files", hint=GIVE_FOLDER)
    return SelfAssessment(
        groups=tuple(groups[each] for each in sorted(groups, key=_order)),
        tables=tuple(tables[each] for each in sorted(tables)),
        left=tuple(left),
    )


def _once(known: Mapping[str, object] | Mapping[int, object], key: object, name: str) -> None:
    if key in known:
        raise InputError(f"{name}: {key} is there twice", hint="Leave one of the files out.")


def _provision(name: str) -> str:
    if found := _GROUP.fullmatch(name):
        return f"{found[1]}.{found[2].upper()}"
    found = _GROUP_6.fullmatch(name)
    return found[1].upper() if found else ""


def _number(found: re.Match[str], name: str) -> int:
    number = int(found[1])
    if not 1 <= number <= len(TABLES) or TABLES[number - 1].lower() != found[2].lower():
        raise InputError(f"{name}: TS 103 701 has no table {found[1]}-{found[2]}", hint=GIVE_FOLDER)
    return number


def _order(provision: str) -> tuple[object, ...]:
    return tuple(
        (int(each), "") if each.isdigit() else (0, each) for each in re.findall(r"\d+|[A-Z]", provision)
    )


def _text(name: str, data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} has more than {MAX_BYTES} bytes", hint=GIVE_FOLDER)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}:{line}: this is no UTF-8", hint="Save it as UTF-8.") from error


@dataclass(slots=True)
class _Part:
    """A heading and the lines below it, down to the next heading."""

    depth: int
    title: str
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip().strip("-").strip()[:MAX_TEXT]


def _parts(text: str) -> Iterator[_Part]:
    part = _Part(0, "", 1)
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        found = None if fenced else _HEADING.fullmatch(line)
        if found:
            yield part
            part = _Part(len(found[1]), found[2], number)
        else:
            part.lines.append(line)
    yield part


@dataclass(slots=True)
class _Entry:
    """An entry as it grows."""

    id: str = ""
    title: str = ""
    line: int = 1
    depth: int = 0
    details: list[Detail] = field(default_factory=list)


def _entries(name: str, text: str) -> Iterator[IxitEntry]:
    """Each entry with what it says; what stands outside of entries is one without an id."""
    entries = [_Entry()]
    for part in _parts(text):
        own = _ID.fullmatch(part.title)
        title, value = ("", "") if own else _named(part.title)
        if own:
            entries.append(_Entry(own[1], own[2].strip(), part.line, part.depth))
        elif entries[-1].id and part.depth <= entries[-1].depth:
            entries.append(_Entry(line=part.line))
        if len(entries) > MAX_ENTRIES:
            raise InputError(f"{name}:{part.line}: there are more than {MAX_ENTRIES}", hint=GIVE_FOLDER)
        if told := "\n".join(filter(None, (value, part.text))):
            entries[-1].details.append(Detail(name=title, text=told, line=part.line))
    for each in entries:
        if each.id or each.details:
            yield IxitEntry(id=each.id, title=each.title, line=each.line, details=tuple(each.details))


def _named(title: str) -> tuple[str, str]:
    """A heading's name, and its value where it has one: ``**Confirmation of …**: Yes``."""
    found = re.fullmatch(r"\*\*(.+?)\*\*\s*:\s*(.*)", title)
    return (found[1], found[2]) if found else (title.strip("*"), "")


@dataclass(slots=True)
class _Read:
    """A test group as it is read."""

    title: str = ""
    summary: str = ""
    words: str | None = None
    line: int = 1
    cases: dict[str, TestCase] = field(default_factory=dict)


def _group(provision: str, name: str, text: str) -> TestGroup:
    found = _Read()
    for part in _parts(text):
        _take(found, part)
    status = _STATUS.search(text)
    more = status[3] if status else ""
    condition, feature = _CONDITION.search(more), _FEATURE.search(more.partition("C")[0])
    cases = tuple(found.cases.values())
    derived = found.words is None
    return TestGroup(
        provision=provision,
        title=found.title,
        status=status[2] if status else "",
        condition=condition[1] if condition else "",
        feature=feature[1] if feature else "",
        verdict=_derived(cases) if found.words is None else outcome_of(found.words),
        words=found.words or "",
        derived=derived,
        summary=" ".join(found.summary.split("**Group Verdict")[0].split())[:MAX_TEXT],
        related=tuple(sorted({int(number) for number, _ in _RELATED.findall(text)})),
        cases=cases,
        file=name,
        line=cases[-1].line if derived and cases else found.line,
    )


def _take(found: _Read, part: _Part) -> None:
    if part.depth == 1 and not found.title:
        found.title = part.title.partition(":")[2].strip() or part.title
    if (case := _CASE.search(part.title)) and case[1] not in found.cases:
        kind = (case[2] or "").lower()
        found.cases[case[1]] = TestCase(id=case[1], kind=kind, verdict=Outcome.UNKNOWN, line=part.line)
    if "summary" in part.title.lower() and not found.summary:
        found.summary = part.text
    for number, whose, words in _verdicts(part):
        if whose == "group":
            found.words, found.line = words, number
        elif found.cases:
            last = next(reversed(found.cases))
            found.cases[last] = _worse(found.cases[last], outcome_of(words))


def _verdicts(part: _Part) -> Iterator[tuple[int, str, str]]:
    """Line, whose (``group``, ``case``) and words of each verdict that stands on a line of its own."""
    for number, line in enumerate(part.lines, part.line + 1):
        if found := _VERDICT.match(line):
            yield number, "group" if (found[1] or "").lower() == "group" else "case", found[2].strip()
        elif cell := _CELL.search(line):
            yield number, "case", cell[1]


def _worse(case: TestCase, outcome: Outcome) -> TestCase:
    verdict = outcome if case.verdict is Outcome.UNKNOWN else _worst([case.verdict, outcome])
    return TestCase(id=case.id, kind=case.kind, verdict=verdict, line=case.line)


def _derived(cases: Sequence[TestCase]) -> Outcome:
    return _worst([each.verdict for each in cases]) if cases else Outcome.UNKNOWN


def _worst(outcomes: list[Outcome]) -> Outcome:
    for each in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS):
        if each in outcomes:
            return each
    return Outcome.NOT_APPLICABLE


def outcome_of(words: str) -> Outcome:
    """What a verdict in the maker's words comes to. ``PASS (N/A)`` is a pass, as he has it."""
    first = words.strip(" *`").upper()
    for start, outcome in (
        ("PASS", Outcome.PASS),
        ("FAIL", Outcome.FAIL),
        ("N/A", Outcome.NOT_APPLICABLE),
        ("NOT APPLICABLE", Outcome.NOT_APPLICABLE),
    ):
        if first.startswith(start):
            return outcome
    return Outcome.UNKNOWN
