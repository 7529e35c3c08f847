"""``roadworthy evidence …``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.documents import envelope_form, filed, key_made, verified
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output, ReportName, Workspace
from roadworthy.cli.publish import IN_PIPE, choose, choose_form, publish, publish_dossier
from roadworthy.codecs import envelope as codec
from roadworthy.codecs.canonical import digest as digest_of
from roadworthy.usecases import evidence
from roadworthy.usecases.dossier import dossier_about

EnvelopeFile = Annotated[
    str,
    Parameter(name="FILE", allow_leading_hyphen=True, help="The envelope, a JSON file; - is stdin."),
]


def list_(
    *,
    subject: Annotated[
        str, Parameter(metavar="ID", help="Only evidence about the subject with this id or alias.")
    ] = "",
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
    workspace: Workspace = None,
) -> int:
    """List what is filed."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output)
    store = wiring.open_workspace(workspace)
    found = evidence.list_evidence(evidence.ListOptions(subject=subject), store=store)
    publish(filed(found), rendering, output)
    return 0


def show(
    digest: Annotated[str, Parameter(name="DIGEST", help="Digest of the envelope, or the beginning of it.")],
    /,
    *,
    report: ReportName = "envelope",
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
    as_of: AsOf = None,
    workspace: Workspace = None,
) -> int:
    """Show one envelope."""
    catalogue = wiring.catalogue()
    form = choose_form(catalogue, report, wanted=format, output=output)
    envelope = evidence.show(evidence.ShowOptions(digest=digest), store=wiring.open_workspace(workspace))
    now = envelope.as_of if as_of is None else moment(as_of)
    dossier = dossier_about(
        envelope.subject, [envelope], catalogue=catalogue, now=now, digest=digest_of(envelope)
    )
    publish_dossier(dossier, form, output)
    return 0


def sign(
    file: EnvelopeFile,
    /,
    *,
    key: Annotated[str, Parameter(metavar="KEY", help="File of the private key.")],
    output: Output = None,
) -> int:
    """Sign an envelope."""
    wiring.spare([key], output)  # the envelope may be signed in its place: it loses nothing
    signed = evidence.sign_file(
        evidence.SignOptions(file=file, key=key), read=wiring.read_file(), keys=wiring.key_files()
    )
    wiring.write(codec.encode(signed), output)
    return 0


def verify(
    file: EnvelopeFile,
    /,
    *,
    key: Annotated[
        list[str],
        Parameter(metavar="KEY", negative=(), help="File of a public key that is trusted; may be repeated."),
    ],
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """Verify the signatures of an envelope."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=(file, *key))
    options = evidence.VerifyOptions(file=file, keys=tuple(key))
    found = evidence.verify_file(options, read=wiring.read_file(), keys=wiring.key_files())
    publish(verified(found), rendering, output)
    return 0


def keygen(
    name: Annotated[
        str, Parameter(name="FILE", help="Where the private key goes; the public one has .pub added.")
    ],
    /,
    *,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """Make a key pair."""
    made = (name, f"{name}.pub")
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=made)
    pair = evidence.make_key(evidence.MakeKeyOptions(name=name), keys=wiring.key_files())
    publish(key_made(pair), rendering, output)
    return 0


def schema(*, output: Output = None) -> int:
    """Print the JSON schema of an envelope."""
    publish(envelope_form(), choose(wiring.catalogue(), wanted=IN_PIPE, output=output), output)
    return 0
