"""``roadworthy profile urls``, ``fetch`` and ``serve``."""

import sys
from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.options import Format, Output
from roadworthy.cli.publish import choose, publish
from roadworthy.model.errors import InputError
from roadworthy.usecases import fetched_profiles, mud_urls, served_profiles
from roadworthy.usecases.fetched_profiles import FetchRequest
from roadworthy.usecases.signed_profiles import Trust


def urls(
    files: Annotated[
        tuple[str, ...],
        Parameter(name="FILE", negative=(), help="Captures, and certificates of devices (PEM or DER)."),
    ],
    /,
    *,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
) -> int:
    """Print the MUD URLs that devices tell in captures and certificates."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=files)
    publish(mud_urls.urls_page(mud_urls.urls(files, read=wiring.captured)), rendering, output)
    return 0


def fetch(
    url: Annotated[str, Parameter(name="URL", help="The MUD URL, as the device tells it.")],
    /,
    *,
    file: Annotated[
        str,
        Parameter(
            name=["--output", "-o"], metavar="FILE", help="Where the profile goes; FILE.p7s: its signature."
        ),
    ],
    anchor: Annotated[
        tuple[str, ...],
        Parameter(
            metavar="CERT", negative=(), help="A certificate trusted to sign, PEM; may be given again."
        ),
    ] = (),
    unsigned: Annotated[
        bool, Parameter(negative=(), help="Ask for no signature: the server's certificate is all there is.")
    ] = False,
    device: Annotated[
        str, Parameter(metavar="CERT", help="The device's own certificate: it may name who may sign.")
    ] = "",
    previous: Annotated[
        str, Parameter(metavar="FILE", help="The profile held before: an older one does not replace it.")
    ] = "",
    authority: Annotated[
        tuple[str, ...],
        Parameter(metavar="CERT", negative=(), help="Vouches for servers too, beside the system's, PEM."),
    ] = (),
    allow_private: Annotated[
        bool, Parameter(negative=(), help="Also from addresses of local networks.")
    ] = False,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Fetch a profile and its signature; write both only if all of it holds."""
    if bool(anchor) == unsigned:
        raise InputError("who may sign must be said", hint="Give either --anchor CERT, or --unsigned.")
    rendering = choose(wiring.catalogue(), wanted=format, output=None)
    place = "" if unsigned else f"{file}.p7s"
    for each in filter(None, (file, place)):
        wiring.spare([*anchor, *authority, device], each)
    trust = None if unsigned else Trust(anchors=anchor, device=device)
    fetched = fetched_profiles.fetch(
        FetchRequest(url=url, trust=trust, previous=previous, now=wiring.now()),
        get=wiring.mud_fetcher(authority, allow_private=allow_private),
        read=wiring.read_file(),
    )
    if place:
        wiring.write(fetched.signature, place)
    wiring.write(fetched.data, file)
    publish(fetched_profiles.fetched_page(fetched, file, place), rendering, None)
    return 0


def serve(
    folder: Annotated[str, Parameter(name="FOLDER", help="Where the profiles and their signatures lie.")],
    /,
    *,
    certificate: Annotated[
        str, Parameter(metavar="CERT", help="The server's certificate and those up to the anchor, PEM.")
    ],
    key: Annotated[str, Parameter(metavar="KEY", help="Its private key, PEM, without a password.")],
    listen: Annotated[
        str, Parameter(metavar="HOST:PORT", help="Where to listen; port 0 for any that is free.")
    ] = "127.0.0.1:8443",
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Serve profiles and their signatures over HTTPS, until it is stopped (Ctrl-C, or SIGTERM)."""
    rendering = choose(wiring.catalogue(), wanted=format, output=None)
    shelf = wiring.mud_shelf(folder)

    def answer(method: str, target: str, known: str) -> served_profiles.Answer:
        return served_profiles.answer(shelf(), method, target, known)

    now = shelf()
    with wiring.https_server(listen, certificate, key, answer) as server:
        publish(served_profiles.served_page(now, server.address), rendering, None)
        sys.stdout.flush()
        server.run()
    return 0
