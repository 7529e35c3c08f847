"""Evidence: where exactly something was seen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One place in one artefact.

    Args:
        path: Path inside path, outermost first: ``("camera.bin", "squashfs@0x120000", "/etc/shadow")``.
        offset: Byte offset in the innermost artefact, if known.
        line: Line number from 1 in the innermost artefact, if it is text.
        excerpt: What stands there, already masked where it is secret. Untrusted: escape it to show it.
        digest: ``sha256:<hex>`` of the innermost artefact, if it was read whole.
    """

    path: tuple[str, ...]
    offset: int | None = None
    line: int | None = None
    excerpt: str = ""
    digest: str = ""

    @property
    def place(self) -> str:
        """The place in one line, for people: ``camera.bin » squashfs@0x120000 » /etc/shadow:1``."""
        where = " » ".join(self.path)
        if self.line is not None:
            return f"{where}:{self.line}"
        if self.offset is not None:
            return f"{where}+{self.offset:#x}"
        return where
