"""The host that Acme's agent talks to.

What it finds
The line ``host=`` of ``/etc/acme/agent.conf`` as an endpoint; its protocol is ``telemetry`` where that is on.

How it can be wrong
Later lines win in the agent; here the last one is taken too.
"""

from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Kept
from roadworthy.inspection.rootfs import Node
from roadworthy.model.endpoint import Endpoint

CONFIG: Final = "/etc/acme/agent.conf"


def wants(node: Node) -> bool:
    """The configuration, and nothing else."""
    return node.path == CONFIG


def join(kept: Kept, context: Context) -> Iterator[Endpoint]:  # noqa: ARG001 -- the signature of every cataloger
    """Read the settings."""
    file = kept.get(CONFIG)
    if file is None:
        return
    settings = dict(text.split("=", 1) for _, text in file.lines() if "=" in text)
    if "host" in settings:
        yield Endpoint(
            host=settings["host"],
            port=None,
            protocol="telemetry" if settings.get("telemetry") == "on" else "",
            named_by="acme-agent",
            evidence=(file.evidence(),),
        )


CATALOGER: Final = Cataloger(title="Acme agent configuration", wants=wants, join=join)
