"""The options that commands share."""

from typing import Annotated

from cyclopts import Parameter

Format = Annotated[
    str | None,
    Parameter(
        help="How to write it: terminal, json, html, markdown; an inspection also as sarif, cyclonedx or "
        "junit; or another that is installed. Without it: "
        "what the suffix of --output says; else terminal on a terminal and json in a pipe."
    ),
]
Output = Annotated[
    str | None, Parameter(alias="-o", metavar="FILE", help="File to write to, instead of stdout.")
]
AsOf = Annotated[
    str | None,
    Parameter(
        metavar="DATE",
        help="The moment to speak for: a date (its start, UTC) or an RFC 3339 time. Without it: now.",
    ),
]
ReportName = Annotated[
    str, Parameter(metavar="ID", help="Which report to make of it; `roadworthy explain` lists them.")
]
Workspace = Annotated[
    str | None,
    Parameter(
        metavar="DIR", help="Folder in which evidence is kept. Without it: where the system keeps such data."
    ),
]
