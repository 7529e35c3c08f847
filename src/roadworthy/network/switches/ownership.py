"""Ownership: who may switch a device, and how it passes on: second-hand, given up, or after a loss.

The rules are a small machine. An owner enrols with a key of their own and the name of a second one, the
recovery key, which is kept elsewhere. The owner may offer the device to another key, which accepts it with a
recovery key of its own; from then on the old ones count for nothing. If the owner's key is lost, the recovery
key offers the device to a new one, which can accept after `WAIT`. Until then the owner may object, which ends
it: whoever finds a recovery key has not got the device.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from roadworthy.model.errors import VerificationError
from roadworthy.network.switches.record import Act, Record, check_signature, public_key
from roadworthy.network.switches.switch import ALL_ON, ON, Intended, Switch

WAIT: Final = timedelta(hours=24)
"""From a recovery until the new key may accept. Whoever looks once a day sees it in time."""
NOT_YOURS: Final = "Only the owner's key counts. `roadworthy owner history DEVICE` says whose it is."
ENROL_FIRST: Final = "`roadworthy owner enrol DEVICE` makes a key its owner."
NEW_KEY: Final = "Make a new key with `roadworthy evidence keygen NAME`."
OFFER_FIRST: Final = "The owner offers it with `roadworthy owner transfer`."
OBJECT_FIRST: Final = "End the recovery with `roadworthy owner object` first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A device that is offered to a key.

    Args:
        act: `Act.TRANSFER` or `Act.RECOVER`.
        to: Name of that key.
        since: When it was offered.
        ripe: From when on that key may accept.
    """

    act: Act
    to: str
    since: datetime
    ripe: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What holds of one device.

    Args:
        intended: What its owner wants.
        keeps_lan: Whether Internet off leaves the local networks.
        owner: Name of the owner's key; empty for none.
        key: That key.
        recovery: Name of the recovery key; empty for none.
        offer: To whom it is offered; None for nobody.
        finished: Names of keys that were lost or given up: they never count again for this device.
    """

    intended: Intended = ALL_ON
    keeps_lan: bool = True
    owner: str = ""
    key: Ed25519PublicKey | None = None
    recovery: str = ""
    offer: Offer | None = None
    finished: frozenset[str] = frozenset()


FREE: Final = Holding()
"""A device that nobody has enrolled."""


def changed(holding: Holding, record: Record, where: str) -> Holding:
    """What holds after a record. Verifies its signature, and that its signer may do this now.

    Args:
        holding: What holds before.
        record: The record.
        where: File and line, for errors.

    Raises:
        VerificationError: Somebody else signed, the signature does not hold, or it is not time for this.
    """
    return _RULES[record.act](holding, record, where)


def _enrol(holding: Holding, record: Record, where: str) -> Holding:
    if holding.owner:
        _refuse(where, f"{record.device} has an owner already: {holding.owner}", OFFER_FIRST)
    _new_keys(holding, record, where)
    return replace(holding, owner=record.signer, key=_own_key(record, where), recovery=record.recovery)


def _switch(holding: Holding, record: Record, where: str) -> Holding:
    _by_owner(holding, record, where)
    switch = Switch(record.switch)
    intended = holding.intended.switched(switch, on=record.state == ON)
    keeps_lan = record.keeps_lan if switch is Switch.INTERNET else holding.keeps_lan
    return replace(holding, intended=intended, keeps_lan=keeps_lan)


def _transfer(holding: Holding, record: Record, where: str) -> Holding:
    _by_owner(holding, record, where)
    if holding.offer and holding.offer.act is Act.RECOVER:
        _refuse(where, f"{record.device} is being recovered", OBJECT_FIRST)
    if record.to in {holding.owner, holding.recovery, *holding.finished}:
        _refuse(where, f"{record.device} cannot be offered to {record.to}", NEW_KEY)
    offer = Offer(act=Act.TRANSFER, to=record.to, since=record.time, ripe=record.time)
    return replace(holding, offer=offer)


def _recover(holding: Holding, record: Record, where: str) -> Holding:
    if not holding.owner:
        _refuse(where, f"{record.device} has no owner", ENROL_FIRST)
    if record.signer != holding.recovery:
        _refuse(where, f"{record.signer} is not the recovery key of {record.device}", NOT_YOURS)
    check_signature(record, public_key(record, where), where)
    if record.to in {holding.owner, holding.recovery, *holding.finished}:
        _refuse(where, f"{record.device} cannot be recovered to {record.to}", NEW_KEY)
    offer = Offer(act=Act.RECOVER, to=record.to, since=record.time, ripe=record.time + WAIT)
    return replace(holding, offer=offer)


def _accept(holding: Holding, record: Record, where: str) -> Holding:
    offer = holding.offer
    if offer is None or record.signer != offer.to:
        _refuse(where, f"{record.device} is not offered to {record.signer}", OFFER_FIRST)
    if record.time < offer.ripe:
        what = f"{record.device} can be accepted from {offer.ripe:%Y-%m-%dT%H:%M:%SZ} on, not before"
        _refuse(where, what, "Wait: until then its owner may object.")
    _new_keys(holding, record, where)
    lost = {holding.owner, holding.recovery} if offer.act is Act.RECOVER else {holding.recovery}
    return replace(
        holding,
        owner=record.signer,
        key=_own_key(record, where),
        recovery=record.recovery,
        offer=None,
        finished=holding.finished | lost,
    )


def _object(holding: Holding, record: Record, where: str) -> Holding:
    _by_owner(holding, record, where)
    if holding.offer is None:
        _refuse(where, f"{record.device} is offered to nobody", "There is nothing to object to.")
    return replace(holding, offer=None)


def _revoke(holding: Holding, record: Record, where: str) -> Holding:
    _by_owner(holding, record, where)
    if holding.offer and holding.offer.act is Act.RECOVER:
        _refuse(where, f"{record.device} is being recovered", OBJECT_FIRST)
    finished = holding.finished | {holding.owner, holding.recovery}
    return replace(holding, owner="", key=None, recovery="", offer=None, finished=finished)


_RULES: Final[Mapping[Act, Callable[[Holding, Record, str], Holding]]] = {
    Act.ENROL: _enrol,
    Act.SWITCH: _switch,
    Act.TRANSFER: _transfer,
    Act.RECOVER: _recover,
    Act.ACCEPT: _accept,
    Act.OBJECT: _object,
    Act.REVOKE: _revoke,
}


def _by_owner(holding: Holding, record: Record, where: str) -> None:
    if holding.key is None:
        _refuse(where, f"{record.device} has no owner", ENROL_FIRST)
    elif record.signer != holding.owner:
        _refuse(where, f"{record.signer} does not own {record.device}", NOT_YOURS)
    else:
        check_signature(record, holding.key, where)


def _own_key(record: Record, where: str) -> Ed25519PublicKey:
    key = public_key(record, where)
    check_signature(record, key, where)
    return key


def _new_keys(holding: Holding, record: Record, where: str) -> None:
    if record.recovery == record.signer:
        _refuse(where, "the recovery key is the owner's", "Use two keys, and keep them apart.")
    for each in (record.signer, record.recovery):
        if each in holding.finished:
            _refuse(where, f"the key {each} was lost or given up for {record.device}", NEW_KEY)
    if record.act is Act.ACCEPT and record.recovery in {holding.owner, holding.recovery}:
        _refuse(where, "the new recovery key is one of the old owner's", NEW_KEY)


def _refuse(where: str, what: str, hint: str) -> NoReturn:
    raise VerificationError(f"{where}: {what}", hint=hint)
