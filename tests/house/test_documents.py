"""What README, CONTRIBUTING and docs say can be followed: links lead somewhere, commands exist."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.cli.commands import COMMANDS, DEFAULTS

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!\\)\[[^\]]*(?<!\\)\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"^```[a-z]*\n(.*?)^```|^ {4,}(\S.*?)$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
DEV = re.compile(r"\./dev ([a-z]+)")
ROADWORTHY = re.compile(r"^(?:\$ )?(?:\.dev/venv/bin/)?roadworthy ((?:[a-z]+ ?)+)", re.MULTILINE)
FINDING = re.compile(r"^✗ +[A-Z]+ .*?^  do +(.*?)^  who .*?^  id +(\S+)$", re.MULTILINE | re.DOTALL)


def name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


def code(path: Path) -> Iterator[str]:
    """What stands as code on a page."""
    for block, indented, inline in CODE.findall(path.read_text("utf-8")):
        yield block or indented or inline


def test_there_are_pages() -> None:
    assert {"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/index.md"} <= set(map(name, PAGES))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = [each for each in LINK.findall(page.read_text("utf-8")) if "://" not in each]
    assert [each for each in targets if not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_of_dev_exist(page: Path) -> None:
    usage = subprocess.run([REPOSITORY / "dev", "help"], capture_output=True, text=True, check=True).stdout  # noqa: S603 -- our own script
    known = set(re.findall(r"^  ([a-z]+)", usage, re.MULTILINE))
    assert known >= {"setup", "demo", "test", "check"}
    said = {command for text in code(page) for command in DEV.findall(text)}
    assert said <= known | {"help"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_of_roadworthy_exist(page: Path) -> None:
    known = {command.name for command in COMMANDS} | DEFAULTS.keys()
    said = {words.strip() for text in code(page) for words in ROADWORTHY.findall(text)}
    unknown = {words for words in said if not any(f"{words} ".startswith(f"{each} ") for each in known)}
    assert unknown == set()


def test_quoted_findings_say_what_reports_say() -> None:
    quoted = [found for page in PAGES for found in FINDING.findall(page.read_text("utf-8"))]
    assert quoted
    for remedy, property_id in quoted:
        expected = discover().properties[property_id].object.remedy
        assert " ".join(remedy.split()) == expected.replace("`", "")
