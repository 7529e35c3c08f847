"""What a user types, and what comes back: data, talk, exit codes."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from roadworthy.cli import main

Run = Callable[..., subprocess.CompletedProcess[str]]
ID = "auth.no-default-password"


def on_a_terminal(environment: Mapping[str, str], *words: str) -> str:
    """What stands on a terminal of 90 columns afterwards; stderr and stdout together."""
    master, slave = pty.openpty()
    command = [sys.executable, "-P", "-m", "roadworthy", *words]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment) as process:  # noqa: S603 -- our own program
        os.close(slave)
        shown = b""
        while part := _read(master):
            shown += part
        process.wait(30)
    os.close(master)
    return shown.decode()


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # Linux: nobody holds the other side any more
        return b""


def test_json_when_piped(process: Run) -> None:
    done = process("explain", ID)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["pages"][0]["id"] == ID


def test_text_with_colours_on_a_terminal(environment: Mapping[str, str]) -> None:
    shown = on_a_terminal({**environment, "TERM": "xterm", "COLUMNS": "90"}, "explain", ID)
    assert shown.startswith("\x1b[1mCan nobody log in")
    assert "━" * 90 in shown
    assert "━" * 91 not in shown


@pytest.mark.parametrize(
    ("more", "coloured"),
    [
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_the_users_choice(
    environment: Mapping[str, str], more: Mapping[str, str], *, coloured: bool
) -> None:
    assert ("\x1b[" in on_a_terminal({**environment, **more}, "explain", ID)) is coloured


def test_colours_can_be_forced_into_a_pipe(run: Run) -> None:
    assert "\x1b[1m" in run("explain", ID, "--format", "terminal", FORCE_COLOR="1").stdout
    assert "\x1b" not in run("explain", ID, "--format", "terminal").stdout


@pytest.mark.parametrize(
    ("name", "start"),
    [("x.html", "<!DOCTYPE html>"), ("x.JSON", "{"), ("x.md", "# Can nobody"), ("x.txt", "Can nobody")],
)
def test_the_suffix_of_the_output_chooses_the_format(tmp_path: Path, name: str, start: str) -> None:
    assert main(["explain", ID, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text("utf-8").startswith(start)


def test_the_format_wins_over_the_suffix(tmp_path: Path) -> None:
    assert main(["explain", ID, "--format", "markdown", "--output", str(tmp_path / "x.html")]) == 0
    assert (tmp_path / "x.html").read_text("utf-8").startswith("# Can nobody")


def test_without_an_id_everything_is_listed(run: Run) -> None:
    listed = json.loads(run("explain").stdout)["extensions"]
    assert {"kind": "format", "id": "squashfs", "title": "SquashFS"} in listed


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        (["inspekt"], 'Unknown command "inspekt". Did you mean "inspect"?', "`roadworthy --help`"),
        (["inspect"], "IMAGE requires an argument", "`roadworthy inspect --help`"),
        (["inspect", "a", "b", "--jobs", "0"], "0 is no number of jobs", "from 1 to 64"),
        (["inspect", "a", "--only", "nosuch"], "there is no check 'nosuch'", "explain"),
        (["inspect", "a", "--waivers", "/nonexistent"], "/nonexistent cannot be read", "file"),
        (["compare", "a"], "NEW requires an argument", "`roadworthy compare --help`"),
        (["compare", "/nonexistent", "b"], "/nonexistent cannot be read", "file"),
        (["inspect", "a", "--treshold", "low"], "Did you mean --threshold?", "`roadworthy inspect --help`"),
        (["inspect", "a", "--threshold", "bad"], 'Invalid value "bad"', "`roadworthy inspect --help`"),
        (["inspect", "a", "--as-of", "soon"], "'soon' is no date", "2026-01-31"),
        (
            ["inspect", "a", "--as-of", "2026-01-01T00:00:00"],
            "no date, and no time with its offset",
            "2026-01-31",
        ),
        (["inspect", "a", "--report", "nosuch"], "there is no report 'nosuch'", "inspection"),
        (["inspect", "/nonexistent"], "/nonexistent", "image"),
        (["explain", "squashf"], "there is no extension 'squashf'", "Did you mean squashfs"),
        (["explain", "--format", "nosuch"], "there is no format 'nosuch'", "html, json, markdown, terminal"),
        (["explain", "-o", "x.pdf"], "no format goes by the suffix of 'x.pdf'", "--format"),
        (["explain", "-o", "/nonexistent/x.md"], "/nonexistent/x.md cannot be written", "path"),
        (["explain", "a\x1b[2Jb"], "there is no extension 'a\\x1b[2Jb'", "lists them all"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_way_out(
    words: list[str], what: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    first, second, *rest = shown.err.splitlines()
    assert first.startswith("roadworthy: ")
    assert what in first
    assert second.startswith("hint: ")
    assert hint in second
    assert (rest, shown.out) == ([], "")


def test_a_format_that_is_not_there_is_found_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path / "no-such-image"), "--format", "pdf"]) == 2
    assert "there is no format 'pdf'" in capsys.readouterr().err


def test_a_fault_of_ours_is_not_taken_for_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("roadworthy.wiring.catalogue", broken)
    assert main(["explain"]) == 3
    shown = capsys.readouterr().err
    assert "a fault in Roadworthy itself: ZeroDivisionError: of all things" in shown
    assert "Traceback" not in shown
    monkeypatch.setenv("ROADWORTHY_TRACEBACK", "1")
    assert main(["explain"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_who_stops_reading_is_no_error(environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-P", "-m", "roadworthy", "explain", "--format", "terminal"]
    with subprocess.Popen(  # noqa: S603 -- our own program
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""


def test_an_interrupt_ends_it_quietly(environment: Mapping[str, str], tmp_path: Path) -> None:
    pipe = tmp_path / "out.json"
    os.mkfifo(pipe)  # nobody reads it, so that writing to it waits until it is interrupted
    # What runs in the background inherits that SIGINT is ignored, and Python then leaves it so.
    program = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    program += "from roadworthy.cli import main; sys.exit(main())"
    command = [sys.executable, "-P", "-c", program, "explain", "--output", str(pipe)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as process:  # noqa: S603 -- our own program
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        try:
            _, talk = process.communicate(timeout=30)
        finally:
            process.kill()
        assert (process.returncode, talk) == (130, b"")


@pytest.mark.parametrize("name", ["terminal", "html", "json", "markdown"])
def test_equal_input_gives_equal_bytes(tmp_path: Path, name: str) -> None:
    written = []
    for number in range(2):
        path = tmp_path / f"{number}"
        assert main(["explain", ID, "--format", name, "-o", str(path)]) == 0
        written.append(path.read_bytes())
    assert written[0] == written[1]


class TestInspect:
    @pytest.fixture
    def image(self, samples: Path) -> Path:
        return samples / "tplink_wr841n_v14_eu_2023.bin"

    def test_findings_at_the_threshold_make_the_exit_code_one(self, process: Run, image: Path) -> None:
        done = process("inspect", str(image), "--no-keep", "--as-of", "2026-11-21")
        assert (done.returncode, done.stderr) == (1, "")
        envelope = json.loads(done.stdout)
        assert envelope["as_of"] == "2026-11-21T00:00:00Z"
        failed = [each["check"] for each in envelope["findings"] if each["outcome"] == "fail"]
        assert "auth.default-password" in failed

    def test_below_the_threshold_it_is_zero(self, run: Run, image: Path) -> None:
        words = ("--threshold", "critical", "--skip", "vulnerability.matches", "--format", "markdown")
        done = run("inspect", str(image), "--no-keep", *words)
        assert done.returncode == 0
        assert "publicly known password `1234`" in done.stdout

    def test_the_same_image_at_the_same_moment_gives_the_same_bytes(
        self, run: Run, image: Path, tmp_path: Path
    ) -> None:
        for name in ("one.html", "two.html"):
            run("inspect", str(image), "--no-keep", "--as-of", "2026-11-21T12:00:00+02:00", "-o", name)
        assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
        assert "2026-11-21T10:00:00Z" in (tmp_path / "one.html").read_text("utf-8")

    def test_progress_is_shown_while_somebody_looks_and_then_taken_away(
        self, environment: Mapping[str, str], image: Path
    ) -> None:
        shown = on_a_terminal(
            {**environment, "TERM": "xterm"},
            "inspect",
            str(image),
            "--no-keep",
            "-o",
            os.devnull,
            "--format",
            "json",
        )
        assert re.search(r"\r\x1b\[Kchecks 100 %", shown)
        assert shown.endswith("\r\x1b[K")

    def test_what_is_no_firmware_could_not_be_finished(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "zeros.bin").write_bytes(bytes(70_000))
        done = run("inspect", "zeros.bin", "--no-keep")
        assert done.returncode == 3
        assert "no file system was found" in done.stdout

    def test_the_evidence_is_kept_where_one_says(self, run: Run, image: Path, tmp_path: Path) -> None:
        assert run("inspect", str(image), "--workspace", str(tmp_path / "here")).returncode == 1
        assert list((tmp_path / "here").iterdir())
        assert not (tmp_path / "data").exists()
