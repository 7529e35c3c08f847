"""What several tests of MUD files share."""

import pytest
from tests.network.mud.oracle import ORACLE, command


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that asks yangson about one file a line."""
    if not (ORACLE / "bin/python").exists():
        pytest.skip("NO ORACLE in .dev/oracle: ./dev test makes it")
    return command(tmp_path_factory.mktemp("yang"))
