"""``roadworthy switch`` and ``roadworthy owner …``."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Final, Literal

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.options import Format, Output, Workspace
from roadworthy.cli.publish import choose, publish
from roadworthy.cli.switch_pages import owned_page, state_page
from roadworthy.model.errors import InputError
from roadworthy.network.switches.record import Act
from roadworthy.network.switches.switch import ON, Switch
from roadworthy.usecases import switching
from roadworthy.usecases.switching import OwnerRequest, SwitchRequest

NETWORK: Final = "network.toml"
BOTH: Final = "Write `roadworthy switch DEVICE internet off`, or only `roadworthy switch DEVICE` to look."
Device = Annotated[str, Parameter(name="DEVICE", help="Its name in network.toml.")]
NetworkFile = Annotated[str, Parameter(metavar="FILE", help="The file that describes the network.")]
Reason = Annotated[str, Parameter(metavar="TEXT", help="Why; it is kept in the record.")]
Key = Annotated[str, Parameter(metavar="FILE", help="The owner's private key.")]
NewKey = Annotated[str, Parameter(metavar="FILE", help="The private key of the new owner.")]
Recovery = Annotated[
    str,
    Parameter(metavar="FILE", help="Public part of the recovery key; keep its private part elsewhere."),
]
To = Annotated[str, Parameter(metavar="FILE", help="Public key of the one who gets it.")]


def switch(
    device: Device,
    what: Annotated[
        Literal["power", "internet", "change"] | None, Parameter(name="SWITCH", help="Which switch.")
    ] = None,
    state: Annotated[Literal["on", "off"] | None, Parameter(name="STATE", help="How it shall be.")] = None,
    /,
    *,
    reason: Reason = "",
    keep_lan: Annotated[
        bool | None, Parameter(help="With Internet off: whether the local networks stay.")
    ] = None,
    key: Key = "",
    network: NetworkFile = NETWORK,
    before: Annotated[
        str, Parameter(metavar="IMAGE", help="What it ran before, or its inspection; for its hash.")
    ] = "",
    after: Annotated[str, Parameter(metavar="IMAGE", help="What it runs now, likewise.")] = "",
    keep: Annotated[
        bool, Parameter(negative=(), help="File what is seen in the workspace, for `roadworthy assess`.")
    ] = False,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
    workspace: Workspace = None,
) -> int:
    """Switch, or look at the three switches of a device."""
    if (what is None) is not (state is None):
        raise InputError("a switch needs a state", hint=BOTH)
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[network, key])
    seen = partial(wiring.code_seen, before, after, workspace)
    outside = replace(wiring.switching(network, workspace), code=seen)
    if what is None:
        found = switching.state_of(device, outside=outside)
    else:
        request = SwitchRequest(
            device=device, switch=Switch(what), on=state == ON, key=key, keep_lan=keep_lan, reason=reason
        )
        found = switching.switch(request, outside=outside)
    filed = switching.file_state(found, outside=outside) if keep else ""
    publish(state_page(found, filed), rendering, output)
    return 0 if found.holds else 1


def enrol(
    device: Device,
    /,
    *,
    recovery: Recovery,
    key: Key,
    reason: Reason = "",
    network: NetworkFile = NETWORK,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Become the owner of a device that has none."""
    return _own(
        OwnerRequest(device=device, act=Act.ENROL, key=key, recovery=recovery, reason=reason), network, format
    )


def transfer(
    device: Device,
    /,
    *,
    to: To,
    key: Key,
    reason: Reason = "",
    network: NetworkFile = NETWORK,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Offer a device to another key."""
    return _own(OwnerRequest(device=device, act=Act.TRANSFER, key=key, to=to, reason=reason), network, format)


def accept(
    device: Device,
    /,
    *,
    recovery: Recovery,
    key: NewKey,
    reason: Reason = "",
    network: NetworkFile = NETWORK,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Accept a device that was offered."""
    return _own(
        OwnerRequest(device=device, act=Act.ACCEPT, key=key, recovery=recovery, reason=reason),
        network,
        format,
    )


def recover(
    device: Device,
    /,
    *,
    to: To,
    key: Annotated[str, Parameter(metavar="FILE", help="The private part of the recovery key.")],
    reason: Reason = "",
    network: NetworkFile = NETWORK,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Offer a device whose owner's key is lost to a new key."""
    return _own(OwnerRequest(device=device, act=Act.RECOVER, key=key, to=to, reason=reason), network, format)


def object_(
    device: Device,
    /,
    *,
    key: Key,
    reason: Reason = "",
    network: NetworkFile = NETWORK,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """End a recovery or an offer."""
    return _own(OwnerRequest(device=device, act=Act.OBJECT, key=key, reason=reason), network, format)


def revoke(
    device: Device,
    /,
    *,
    key: Key,
    reason: Reason = "",
    network: NetworkFile = NETWORK,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Give a device up."""
    return _own(OwnerRequest(device=device, act=Act.REVOKE, key=key, reason=reason), network, format)


def history(
    device: Device,
    /,
    *,
    network: NetworkFile = NETWORK,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """Show who owns a device, and every record."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[network])
    publish(owned_page(switching.history(device, outside=wiring.switching(network))), rendering, output)
    return 0


def _own(request: OwnerRequest, network: str, form: str | None) -> int:
    rendering = choose(wiring.catalogue(), wanted=form, output=None)
    publish(owned_page(switching.own(request, outside=wiring.switching(network))), rendering, None)
    return 0
