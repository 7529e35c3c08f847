"""The facts of an inventory as things to compare: what each is called, and what is told of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from roadworthy.inspection.identity import inner_paths
from roadworthy.model.component import Component
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.inventory import Inventory
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.platform import Platform
from roadworthy.model.program import Program
from roadworthy.model.secret import Secret
from roadworthy.model.service import Service
from roadworthy.model.setting import Setting

T = TypeVar("T")
SHOWN: Final = 8  # hex digits of a digest, enough to see that two differ
ANSWERS: Final = {True: "yes", False: "no", None: "unknown"}
KNOWN_TO_STRANGERS: Final = (SecretState.EMPTY, SecretState.KNOWN)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one thing.

    Args:
        facts: Names and values, in order.
        danger: How much it opens to a stranger: more is worse; things of equal danger differ in no way that
            is good or bad by itself.
    """

    facts: tuple[tuple[str, str], ...] = ()
    danger: int = 0


@dataclass(frozen=True, slots=True)
class Axis:
    """One kind of fact.

    Args:
        kind: What to call it: ``component``, ``service``, ….
        things: By name, the same in every release, all that an inventory tells of each.
        presence: Whether to be there at all makes a release worse, by its danger.
    """

    kind: str
    things: Callable[[Inventory], Mapping[str, tuple[Told, ...]]]
    presence: bool = False


def _by_name(
    facts: Callable[[Inventory], Iterable[T]], name: Callable[[T], str], told: Callable[[T], Told]
) -> Callable[[Inventory], Mapping[str, tuple[Told, ...]]]:
    """What is told of each thing of one kind, each once, in a stable order."""

    def things(inventory: Inventory) -> Mapping[str, tuple[Told, ...]]:
        found: dict[str, set[Told]] = defaultdict(set)
        for fact in facts(inventory):
            found[name(fact)].add(told(fact))
        return {each: tuple(sorted(all_told, key=repr)) for each, all_told in sorted(found.items())}

    return things


def _component(fact: Component) -> Told:
    return Told((("version", fact.version or "?"),))


def _service(fact: Service) -> Told:
    facts = (
        ("at boot", ANSWERS[fact.enabled]),
        ("ports", ", ".join(fact.ports)),
        ("user", fact.user),
        ("started by", fact.started_by),
    )
    return Told(_filled(facts), danger=0 if fact.enabled is False else 2 if fact.ports else 1)


def _credential(fact: Credential) -> Told:
    facts = (
        ("password", fact.state.value),
        ("login", ANSWERS[fact.login]),
        ("kept as", fact.scheme),
        ("hash", fact.fingerprint.removeprefix("sha256:")[:SHOWN]),
    )
    shut = not fact.login or fact.state is SecretState.LOCKED
    return Told(_filled(facts), danger=0 if shut else 2 if fact.state in KNOWN_TO_STRANGERS else 1)


def _key_name(fact: KeyMaterial) -> str:
    where = inner_paths(fact.evidence)
    return f"{fact.kind} {where[0] if where else fact.subject or fact.fingerprint}"


def _key(fact: KeyMaterial) -> Told:
    facts = (
        ("strength", f"{fact.algorithm} {fact.bits or ''}".strip()),
        ("subject", fact.subject),
        ("ends", f"{fact.not_after:%Y-%m-%d}" if fact.not_after else ""),
        ("key", fact.fingerprint.removeprefix("sha256:")[:SHOWN]),
    )
    return Told(_filled(facts), danger=int(fact.kind is KeyKind.PRIVATE_KEY and not fact.encrypted))


def _secret_name(fact: Secret) -> str:
    return " ".join((fact.kind, fact.name, *inner_paths(fact.evidence)[:1]))


def _secret(fact: Secret) -> Told:
    digest = fact.fingerprint.rpartition(":")[2][:SHOWN]
    return Told(_filled((("secret", digest),)), danger=1)


def _setting_name(fact: Setting) -> str:
    return f"{fact.scope} {fact.name}"


def _endpoint_name(fact: Endpoint) -> str:
    return fact.host if fact.port is None else f"{fact.host}:{fact.port}"


def _program(fact: Program) -> Told:
    marks = {"PIE": fact.pie, "NX": fact.nx, "canary": fact.canary, "fortify": fact.fortify}
    facts = [(name, ANSWERS[mark]) for name, mark in marks.items() if mark is not None]
    relro = {"full": 0, "partial": 1, "none": 2}.get(fact.relro, 0)
    lacking = sum(mark is False for mark in marks.values())
    return Told(_filled((*facts, ("RELRO", fact.relro))), danger=2 * lacking + relro)


def _filled(facts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in facts if pair[1])


def _setting(fact: Setting) -> Told:
    return Told((("value", fact.value),))


def _platform_name(fact: Platform) -> str:
    """An image has one release, and may have several of the rest."""
    return fact.aspect if fact.aspect == "release" else f"{fact.aspect} {fact.value}"


def _platform(fact: Platform) -> Told:
    return Told((("what", fact.value),))


def _endpoint(fact: Endpoint) -> Told:
    return Told(_filled((("protocol", fact.protocol),)))


AXES: Final = (
    Axis("component", _by_name(lambda own: own.components, lambda fact: fact.name, _component)),
    Axis("service", _by_name(lambda own: own.services, lambda fact: fact.name, _service), presence=True),
    Axis(
        "account", _by_name(lambda own: own.credentials, lambda fact: fact.user, _credential), presence=True
    ),
    Axis("key", _by_name(lambda own: own.keys, _key_name, _key), presence=True),
    Axis("secret", _by_name(lambda own: own.secrets, _secret_name, _secret), presence=True),
    Axis("program", _by_name(lambda own: own.programs, lambda fact: fact.path, _program)),
    Axis("setting", _by_name(lambda own: own.settings, _setting_name, _setting)),
    Axis("platform", _by_name(lambda own: own.platforms, _platform_name, _platform)),
    Axis("address", _by_name(lambda own: own.endpoints, _endpoint_name, _endpoint)),
)
