"""Make the locks in requirements/, or say whether they are fresh.

A lock is a requirements file with hashes and without addresses, so that any mirror can serve it and none can
change it. Each begins with a digest of the dependencies in pyproject.toml that it answers; when those change,
the lock is stale.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
PROJECT: Final = REPOSITORY / "pyproject.toml"
OLDEST_PYTHON: Final = "3.11"
# Lock → (dependency groups, whether Roadworthy's own dependencies are in it). The superset comes first: the
# next one takes its versions from there.
LOCKS: Final[Mapping[str, tuple[tuple[str, ...], bool]]] = {
    "dev": (("dev",), True),
    "use": ((), True),
    "bench": (("bench",), False),
    "oracle": (("oracle",), False),
}


def lock_path(name: str) -> Path:
    """Where a lock lies."""
    return REPOSITORY / "requirements" / f"{name}.txt"


def wanted(name: str) -> list[str]:
    """The requirements that a lock answers, as pyproject.toml states them."""
    project = tomllib.loads(PROJECT.read_text("utf-8"))
    groups, own = LOCKS[name]
    listed = list(project["project"]["dependencies"]) if own else []
    for group in groups:
        listed += project["dependency-groups"][group]
    return sorted(listed)


def header(name: str) -> str:
    """The first line of a fresh lock."""
    digest = hashlib.sha256(json.dumps(wanted(name)).encode()).hexdigest()
    return f"# Made by ./dev lock; answers the dependencies in pyproject.toml with sha256:{digest}\n"


def stale() -> list[str]:
    """The locks that do not answer pyproject.toml any more."""
    return [
        name
        for name in LOCKS
        if not lock_path(name).is_file() or not lock_path(name).read_text("utf-8").startswith(header(name))
    ]


def pip_setting(name: str) -> str:
    """A setting of this machine's pip; empty if it has none."""
    command = [sys.executable, "-m", "pip", "config", "get", f"global.{name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- fixed words
    return done.stdout.strip()


def mirror() -> dict[str, str]:
    """The environment in which uv asks the index that pip is set up with."""
    environment = dict(os.environ)
    for variable, setting in {"UV_DEFAULT_INDEX": "index-url", "SSL_CERT_FILE": "cert"}.items():
        value = pip_setting(setting)
        if value:
            environment.setdefault(variable, value)
    return environment


def make(name: str, *, upgrade: bool, environment: Mapping[str, str]) -> None:
    """Resolve one lock. Versions stay as they are where they still fit, unless all are to be upgraded."""
    groups, own = LOCKS[name]
    path = lock_path(name)
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"]
    command += ["--python-version", OLDEST_PYTHON, "--output-file", str(path.relative_to(REPOSITORY))]
    command += [word for group in groups for word in ("--group", f"pyproject.toml:{group}")]
    command += ["pyproject.toml"] if own else []
    command += ["--constraint", "requirements/dev.txt"] if name == "use" else []
    command += ["--upgrade"] if upgrade and name != "use" else []
    path.parent.mkdir(exist_ok=True)
    subprocess.run(command, cwd=REPOSITORY, env=dict(environment), check=True)  # noqa: S603 -- fixed words
    path.write_text(header(name) + path.read_text("utf-8"), "utf-8")


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="./dev lock", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="only say whether the locks are fresh; no network"
    )
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that fit")
    options = parser.parse_args(arguments)
    if not options.check:
        environment = mirror()
        for name in LOCKS:
            make(name, upgrade=options.upgrade, environment=environment)
    for name in stale():
        print(f"requirements/{name}.txt does not answer pyproject.toml: run ./dev lock")
    return 1 if stale() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
