"""``roadworthy profile show``, ``upgrade``, ``sign`` and ``verify``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output
from roadworthy.cli.publish import choose, publish
from roadworthy.network.mud.reading import MOST_BYTES
from roadworthy.network.mud.upgrade import upgrade as mend
from roadworthy.usecases import signed_profiles
from roadworthy.usecases.signed_profiles import PEM_BYTES, VerifyRequest

MudFile = Annotated[str, Parameter(name="FILE", help="The profile, a MUD file.")]


def show(
    file: MudFile,
    /,
    *,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
) -> int:
    """Show what a profile allows, in plain words."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[file])
    publish(signed_profiles.show(file, read=wiring.read_file()), rendering, output)
    return 0


def upgrade(
    file: MudFile,
    /,
    *,
    output: Annotated[
        str, Parameter(name=["--output", "-o"], metavar="FILE", help="File to write the mended profile to.")
    ],
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Mend a profile in the form of an early draft; it allows what it did."""
    wiring.spare([file], output)
    rendering = choose(wiring.catalogue(), wanted=format, output=None)
    done = mend(wiring.read_file()(file, limit=MOST_BYTES), file)
    wiring.write(done.data, output)
    publish(signed_profiles.upgraded_page(file, done), rendering, None)
    return 0


def sign(
    file: MudFile,
    /,
    *,
    key: Annotated[str, Parameter(metavar="KEY", help="File of the signer's private key, PEM.")],
    certificate: Annotated[
        str,
        Parameter(metavar="CERT", help="Its certificate and those up to the anchor, PEM, in this order."),
    ],
    output: Annotated[
        str | None, Parameter(name=["--output", "-o"], metavar="FILE", help="FILE.p7s if not given.")
    ] = None,
    as_of: AsOf = None,
) -> int:
    """Sign a profile: a detached signature in CMS, as RFC 8520 asks."""
    read = wiring.read_file()
    place = output or f"{file}.p7s"
    wiring.spare([file, key, certificate], place)
    made = signed_profiles.sign(
        read(file, limit=MOST_BYTES),
        file,
        key=read(key, limit=PEM_BYTES),
        certificates=read(certificate, limit=PEM_BYTES),
        now=moment(as_of) if as_of is not None else wiring.now(),
    )
    wiring.write(made, place)
    return 0


def verify(
    file: MudFile,
    signature: Annotated[str, Parameter(name="SIGNATURE", help="The signature beside it, DER.")],
    /,
    *,
    anchor: Annotated[
        tuple[str, ...],
        Parameter(
            metavar="CERT", negative=(), help="A certificate that is trusted, PEM; several may be given."
        ),
    ],
    device: Annotated[
        str, Parameter(metavar="CERT", help="The device's own certificate: it may name who may sign.")
    ] = "",
    previous: Annotated[
        str, Parameter(metavar="FILE", help="The profile held before: an older one does not replace it.")
    ] = "",
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
    as_of: AsOf = None,
) -> int:
    """Verify who signed a profile, and that it is newer than the one before."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[file, signature])
    request = VerifyRequest(
        file=file,
        signature=signature,
        anchors=anchor,
        device=device,
        previous=previous,
        now=wiring.now(),
        moment=moment(as_of) if as_of is not None else None,
    )
    signed = signed_profiles.verified(request, read=wiring.read_file())
    publish(signed_profiles.verified_page(file, signed), rendering, output)
    return 0
