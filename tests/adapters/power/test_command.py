"""A command of the owner's: what it is given, and what is made of its answer."""

import sys
import time
from pathlib import Path

import pytest

from roadworthy.adapters.power_drivers.command import DRIVER
from roadworthy.model.errors import InputError
from roadworthy.network.switches.driver import Reading, Settings, settings_of


def settings(folder: Path, **values: object) -> Settings:
    given = {"timeout": 5, **values}
    return settings_of(given, DRIVER, where="network.toml: devices.camera.power", folder=str(folder))


def program(text: str) -> list[str]:
    return [sys.executable, "-c", text]


REMEMBER = program("import sys; open('relay', 'w').write(sys.argv[1])")
RECALL = program("print(open('relay').read(), 3.5)")


def test_it_is_told_and_asked(tmp_path: Path) -> None:
    given = settings(tmp_path, set=[*REMEMBER, "{state}"], get=RECALL)
    assert DRIVER.put(given, on=False) == Reading(on=False, evidence="it wrote 'off 3.5'", watts=3.5)
    assert DRIVER.put(given, on=True).on is True
    assert DRIVER.look(given).on is True


def test_no_shell_looks_at_it(tmp_path: Path) -> None:
    given = settings(tmp_path, set=[*REMEMBER, "{state}; touch owned"], get=RECALL)
    DRIVER.put(given, on=True)
    assert (tmp_path / "relay").read_text("utf-8") == "on; touch owned"
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("get", "fault"),
    [
        (program("print('maybe')"), "neither on nor off"),
        (program("print()"), "neither on nor off"),
        (program("print('off'); raise SystemExit(3)"), "ended with 3"),
        (["./not-there"], "cannot be started: No such file"),
        (program("import os; os.write(1, bytes(range(256)))"), "neither on nor off"),
    ],
)
def test_an_answer_that_counts_for_nothing(tmp_path: Path, get: list[str], fault: str) -> None:
    reading = DRIVER.put(settings(tmp_path, set=[*REMEMBER, "x"], get=get), on=False)
    assert reading.on is None
    assert fault in reading.fault


def test_without_a_program_that_reads_nothing_is_known(tmp_path: Path) -> None:
    reading = DRIVER.put(settings(tmp_path, set=[*REMEMBER, "{state}"]), on=False)
    assert (tmp_path / "relay").read_text("utf-8") == "off"
    assert reading.on is None
    assert "nothing reads back" in reading.fault


def test_one_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    hang = program(
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    )
    begun = time.monotonic()
    reading = DRIVER.put(settings(tmp_path, set=hang, timeout=0.5), on=True)
    assert "was not done after 0.5 s" in reading.fault
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("words", ["relay on", [], [1]])
def test_it_is_given_word_by_word(tmp_path: Path, words: object) -> None:
    with pytest.raises(InputError, match=r"power\.set is no list of texts"):
        DRIVER.put(settings(tmp_path, set=words), on=True)
