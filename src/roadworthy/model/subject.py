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
        digest: ``sha256:<hex>`` of the release's image; for releases.
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

        A product's facts hold for its releases and devices; a release's for the devices that run it
        (same version) and for the same image under another name. Never the other way round: one broken
        unit does not condemn the model.
        """
        if self.id == other.id or self._shares_alias(other):
            return self.kind is other.kind or self._is_wider_than(other)
        if (self.maker, self.model) != (other.maker, other.model) or not self.model:
            return False
        if self.kind is SubjectKind.PRODUCT:
            return True
        same_version = bool(self.version) and self.version == other.version
        if self.kind is SubjectKind.RELEASE and other.kind is SubjectKind.DEVICE:
            return same_version
        return self.kind is other.kind is SubjectKind.RELEASE and same_version and not self._conflicts(other)

    def _is_wider_than(self, other: "Subject") -> bool:
        order = list(SubjectKind)
        return order.index(self.kind) < order.index(other.kind)

    def _shares_alias(self, other: "Subject") -> bool:
        return bool(set(self.aliases) & set(other.aliases))

    def _conflicts(self, other: "Subject") -> bool:
        return bool(self.digest and other.digest and self.digest != other.digest)
