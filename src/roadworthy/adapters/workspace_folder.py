"""Where the workspace is. Apart from the workspace itself, because asking for it must load no database."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

VARIABLE: Final = "ROADWORTHY_WORKSPACE"


def default_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the workspace is if nobody says otherwise (XDG Base Directory Specification 0.8)."""
    if chosen := environment.get(VARIABLE):
        return Path(chosen)
    data = environment.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else Path.home() / ".local/share") / "roadworthy"
