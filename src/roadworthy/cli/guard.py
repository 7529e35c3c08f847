"""``roadworthy guard``: compile, explain, run, status, quarantine, lift, agree, reload."""

import getpass
import sys
from collections.abc import Mapping
from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.options import Format, Output, Workspace
from roadworthy.cli.publish import choose, publish
from roadworthy.usecases import guard_at_work, guard_report, guarding

NetworkFile = Annotated[str, Parameter(name="NETWORK", help="The network: its devices and who is who.")]
NetworkOption = Annotated[str, Parameter(name="--network", metavar="FILE", help="The network.")]
Device = Annotated[str, Parameter(name="DEVICE", help="Its name in the network file.")]
DEFAULT = "network.toml"


def compile_network(
    file: NetworkFile,
    /,
    *,
    to: Annotated[
        str, Parameter(metavar="TARGET", help="`nftables`, `openwrt` or another one.")
    ] = "nftables",
    output: Annotated[
        str | None, Parameter(name=["--output", "-o"], metavar="FILE", help="Stdout if not given.")
    ] = None,
) -> int:
    """Compile the profiles of a network for its gateway. Nothing is loaded."""
    wiring.spare([file], output)
    made = guarding.compiled(file, to, wiring.catalogue(), wiring.guarding())
    wiring.write(made.text.encode(), output)
    for each in made.left_out:
        where = f"{each.device}, rule {each.rule}" if each.rule else each.device
        print(f"Left out: {where}: {each.why}.", file=sys.stderr)  # noqa: T201 -- beside the text on stdout
    return 0


def explain(
    *flow: Annotated[str, Parameter(name="FLOW", help="Such as: camera to cloud.example.com:443/tcp")],
    network: NetworkOption = DEFAULT,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
) -> int:
    """Say why a conversation may be or not: which rule, from which evidence, or which switch."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[network])
    publish(guarding.explain(network, " ".join(flow), wiring.guarding()), rendering, output)
    return 0


def run(file: NetworkFile = DEFAULT, /) -> int:
    """Guard a network, on its gateway, as root: enforce, follow names, tell of deviations."""
    wiring.run_guard(file, lambda line: print(line, flush=True))  # noqa: T201 -- what it is watched by
    return 0


def status(
    *,
    network: NetworkOption = DEFAULT,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """Show what the guard sees: who is held, and what deviates from its profile."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[network])
    publish(guard_at_work.status(wiring.guard(network)), rendering, output)
    return 0


def report(
    device: Device,
    /,
    *,
    network: NetworkOption = DEFAULT,
    workspace: Workspace = None,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """File what the guard saw of a device as evidence, for `roadworthy assess`."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[network])
    done = guard_report.report(wiring.guard(network), device, wiring.filing(workspace))
    publish(done, rendering, output)
    return 0


def quarantine(
    device: Device,
    /,
    *,
    why: Annotated[str, Parameter(metavar="TEXT", help="The reason; the portal shows it.")] = "",
    network: NetworkOption = DEFAULT,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Quarantine a device: running streams too. Portal, names and its update hosts stay."""
    request = {"do": "quarantine", "device": device, "why": why, "by": getpass.getuser()}
    return _order(request, f"{device} is in quarantine", network, format)


def lift(device: Device, /, *, network: NetworkOption = DEFAULT, format: Format = None) -> int:  # noqa: A002
    """Lift a quarantine, whether a guard runs or not."""
    return _order({"do": "lift", "device": device}, f"{device} is out of quarantine", network, format)


def agree(
    device: Device,
    /,
    *,
    learn: Annotated[bool, Parameter(negative=(), help="Go back to learning: nothing is stopped.")] = False,
    network: NetworkOption = DEFAULT,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Agree that a device is held to its profile from now on."""
    request = {"do": "agree", "device": device, "mode": "learn" if learn else "enforce"}
    says = f"{device} is learned from, not held" if learn else f"{device} is held to its profile"
    return _order(request, says, network, format)


def reload(*, network: NetworkOption = DEFAULT, format: Format = None) -> int:  # noqa: A002 -- as above
    """Have the guard read the network file and the profiles anew."""
    return _order({"do": "reload"}, "The network was read anew", network, format)


def _order(request: Mapping[str, object], says: str, network: str, wanted: str | None) -> int:
    rendering = choose(wiring.catalogue(), wanted=wanted, output=None, inputs=[network])
    publish(guard_at_work.order(wiring.guard(network), request, says), rendering, None)
    return 0
