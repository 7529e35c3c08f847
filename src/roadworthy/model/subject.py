"""Subject: what everything is said about. A product, a release of it, or one device."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote


class SubjectKind(StrEnum):
    """The three things one can speak about."""

    PRODUCT = "product"
    RELEASE = "release"
    DEVICE = "device"


class AliasKind(StrEnum):
    """The names that other worlds use for a subject."""

    SHA256 = "sha256"
    PURL = "purl"
    CPE = "cpe"
    MUD_URL = "mud-url"
    CSAF_PRODUCT_ID = "csaf-product-id"
    MAC = "mac"
    CELL = "cell"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Alias:
    """One name from another world, as it is written there."""

    kind: AliasKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A product (maker, model), a release of it (version, image digest), or a device (one unit).

    Args:
        kind: Which of the three.
        maker: Who makes it; empty when nobody has said.
        model: The product's name; empty when nobody has said.
        version: The release; for releases and devices.
        digest: ``sha256:<hex>`` of the release's image; for releases, and for devices of which it is known.
        unit: Serial number or other name of one unit; for devices.
        aliases: Names from other worlds.

    Raises:
        ValueError: The fields cannot name a subject of this kind.
    """

    kind: SubjectKind
    maker: str = ""
    model: str = ""
    version: str = ""
    digest: str = ""
    unit: str = ""
    aliases: tuple[Alias, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what names nothing."""
        if bool(self.maker) != bool(self.model):
            raise ValueError("a subject has both maker and model, or neither")
        if self.kind is SubjectKind.PRODUCT and not self.model:
            raise ValueError("a product needs maker and model")
        if self.kind is SubjectKind.RELEASE and not (self.digest or (self.model and self.version)):
            raise ValueError("a release needs an image digest, or maker, model and version")
        if self.kind is SubjectKind.DEVICE and not (self.unit and self.model):
            raise ValueError("a device needs maker, model and unit")

    @property
    def id(self) -> str:
        """The one name under which this subject is filed; stable, printable, without spaces.

        The most exact fact wins: a release with a digest is named by it, because two images may claim
        one version.
        """
        if self.kind is SubjectKind.RELEASE and self.digest:
            return f"release:{self.digest}"
        product = f"{quote(self.maker, safe='')}/{quote(self.model, safe='')}"
        tail = {
            SubjectKind.PRODUCT: "",
            SubjectKind.RELEASE: f"@{quote(self.version, safe='')}",
            SubjectKind.DEVICE: f"#{quote(self.unit, safe='')}",
        }[self.kind]
        return f"{self.kind}:{product}{tail}"

    def covers(self, other: "Subject") -> bool:
        """Whether what is said about this subject also holds for the other.

        A product's facts hold for its releases and devices; a release's for the devices that run it, and for
        the same image under another name. Never the other way round: one broken unit does not condemn the
        model. Names from other worlds join two subjects only where they name a thing of that kind: all units
        of a model share a MUD URL, so it names the product and no unit; two images are two releases, whatever
        else they share.
        """
        wider, narrower = _WIDTH[self.kind], _WIDTH[other.kind]
        if wider > narrower or self._contradicts(other):
            return False
        if self.kind is SubjectKind.RELEASE and self.digest and self.digest == other.digest:
            return True
        return self.id == other.id or self._shares_name(other) or self._is_named_alike(other)

    def _is_named_alike(self, other: "Subject") -> bool:
        """Maker, model and, below the product, the version say that it is the same thing, or a part of it."""
        if not self.model or (self.maker, self.model) != (other.maker, other.model):
            return False
        if self.kind is SubjectKind.RELEASE:
            return bool(self.version) and self.version == other.version
        return self.kind is SubjectKind.PRODUCT or bool(self.unit and self.unit == other.unit)

    def _shares_name(self, other: "Subject") -> bool:
        names = {alias for alias in self.aliases if self.kind in _NAMES[alias.kind]}
        return bool(names & set(other.aliases))

    def _contradicts(self, other: "Subject") -> bool:
        """Whether two releases, or a release and a device, are told apart by what they run."""
        if self.kind is not SubjectKind.RELEASE or (self.digest and self.digest == other.digest):
            return False
        pairs = ((self.digest, other.digest), (self.version, other.version))
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)


_WIDTH = {kind: width for width, kind in enumerate(SubjectKind)}
_NAMES = {
    AliasKind.SHA256: frozenset({SubjectKind.RELEASE}),
    AliasKind.PURL: frozenset({SubjectKind.PRODUCT, SubjectKind.RELEASE}),
    AliasKind.CPE: frozenset({SubjectKind.PRODUCT, SubjectKind.RELEASE}),
    AliasKind.MUD_URL: frozenset({SubjectKind.PRODUCT}),
    AliasKind.CSAF_PRODUCT_ID: frozenset({SubjectKind.PRODUCT, SubjectKind.RELEASE}),
    AliasKind.MAC: frozenset({SubjectKind.DEVICE}),
    AliasKind.CELL: frozenset({SubjectKind.PRODUCT}),
}
"""Which kinds of subject a name can name. One that names a release names it whole, version and all."""
