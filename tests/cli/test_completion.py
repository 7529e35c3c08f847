"""Scripts for shells: they are scripts of that shell, and know the commands."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_knows_the_commands_and_the_shell_can_read_it(
    run: Run, tmp_path: Path, shell: str
) -> None:
    done = run("completion", shell, "-o", "script")
    assert (done.returncode, done.stdout) == (0, "")
    script = (tmp_path / "script").read_text("utf-8")
    assert all(word in script for word in ("inspect", "compare", "--threshold", "keygen"))
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"NO {shell}: it cannot say whether it can read the script")
    subprocess.run([program, "-n", "script"], check=True, cwd=tmp_path, timeout=30)  # noqa: S603 -- our own script


def test_bash_completes_a_command(run: Run, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("NO bash")
    run("completion", "bash", "-o", "script")
    asked = (
        'source ./script; COMP_WORDS=(roadworthy ins); COMP_CWORD=1; COMP_LINE="roadworthy ins"; '
        'COMP_POINT=14; _roadworthy; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(  # noqa: S603 -- our own script
        [bash, "--norc", "-c", asked], check=True, cwd=tmp_path, capture_output=True, text=True, timeout=30
    )
    assert done.stdout.split() == ["inspect"]


def test_a_shell_that_is_not_known_is_refused(run: Run) -> None:
    done = run("completion", "tcsh")
    assert done.returncode == 2
    assert "tcsh" in done.stderr
