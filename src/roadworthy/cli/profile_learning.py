"""``roadworthy profile learn``, ``roadworthy profile derive`` and ``roadworthy profile compare``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Workspace
from roadworthy.cli.profile_learning_pages import compared_page, derived_page, learned_page
from roadworthy.cli.publish import choose, publish
from roadworthy.usecases import learning
from roadworthy.usecases._learning_seams import CompareRequest, DeriveRequest, LearnRequest, Who

Profile = Annotated[
    str | None,
    Parameter(name=["--output", "-o"], metavar="FILE", help="File to write the profile to, as a MUD file."),
]
Maker = Annotated[str, Parameter(metavar="NAME", help="Who makes the device.")]
Model = Annotated[str, Parameter(metavar="NAME", help="What it is called.")]
Unit = Annotated[str, Parameter(metavar="ID", help="Which unit it is. Without it: its MAC address.")]
MudUrl = Annotated[str, Parameter(metavar="URL", help="Where the profile will be published.")]
Sign = Annotated[str, Parameter(metavar="KEY", help="File of the private key to sign the evidence with.")]
Keep = Annotated[
    bool,
    Parameter(help="File the findings in the workspace; that needs --maker and --model."),
]


def learn(
    captures: Annotated[
        tuple[str, ...],
        Parameter(
            name="CAPTURE",
            negative=(),
            help="Captures, logs of Zeek, flow records, or folders of them; .gz and .xz are unpacked.",
        ),
    ],
    /,
    *,
    device: Annotated[str, Parameter(metavar="MAC", help="MAC address of the device.")],
    address: Annotated[
        tuple[str, ...],
        Parameter(
            metavar="ADDRESS", negative=(), help="Its IP address, for logs and flow records without MACs."
        ),
    ] = (),
    strictness: Annotated[
        str,
        Parameter(help="loose, balanced, strict, or a number from 0 (all that was seen) to 1 (the surest)."),
    ] = "balanced",
    local: Annotated[
        tuple[str, ...],
        Parameter(metavar="NET", negative=(), help="A local network; without it, the private ones."),
    ] = (),
    my_controller: Annotated[
        tuple[str, ...],
        Parameter(metavar="ADDRESS", negative=(), help="A host that controls the device."),
    ] = (),
    maker: Maker = "",
    model: Model = "",
    unit: Unit = "",
    mud_url: MudUrl = "",
    keep: Keep = True,
    sign: Sign = "",
    output: Profile = None,
    format: Format = None,  # noqa: A002 -- the option's name
    as_of: AsOf = None,
    workspace: Workspace = None,
) -> int:
    """Learn the profile of a device from its traffic."""
    wiring.spare((*captures, sign), output)
    rendering = choose(wiring.catalogue(), wanted=format, output=None)
    request = LearnRequest(
        captures=captures,
        device=device,
        addresses=address,
        strictness=strictness,
        local=local,
        my_controllers=my_controller,
        who=Who(maker=maker, model=model, unit=unit, mud_url=mud_url),
        keep=keep,
        sign=sign,
        as_of=moment(as_of) if as_of is not None else None,
    )
    done = learning.learn_profile(request, outside=wiring.profile_outside(workspace))
    if output is not None:
        wiring.write(done.profile, output)
    publish(learned_page(done), rendering, None)
    return 0


def derive(
    image: Annotated[
        str, Parameter(name="IMAGE", help="The image, or the JSON report of its inspection; - is stdin.")
    ],
    /,
    *,
    likely: Annotated[
        float, Parameter(metavar="SHARE", help="How sure a contact must be to become a rule, 0 to 1.")
    ] = 0.5,
    maker: Maker = "",
    model: Model = "",
    mud_url: MudUrl = "",
    output: Profile = None,
    format: Format = None,  # noqa: A002 -- as above
    as_of: AsOf = None,
    workspace: Workspace = None,
) -> int:
    """Derive the profile of a device from its image."""
    wiring.spare([image], output)
    rendering = choose(wiring.catalogue(), wanted=format, output=None)
    request = DeriveRequest(
        image=image,
        likely=likely,
        who=Who(maker=maker, model=model, mud_url=mud_url),
        as_of=moment(as_of) if as_of is not None else None,
    )
    done = learning.derive_profile(request, outside=wiring.profile_outside(workspace))
    if output is not None:
        wiring.write(done.profile, output)
    publish(derived_page(done), rendering, None)
    return 0


def compare(
    learned: Annotated[
        str, Parameter(name="LEARNED", help="A profile (MUD), or the JSON report of `profile learn`.")
    ],
    other: Annotated[
        str, Parameter(name="OTHER", help="An image, the JSON report of its inspection, or a profile.")
    ],
    /,
    *,
    published: Annotated[
        bool, Parameter(negative=(), help="OTHER is what the maker publishes: what it lacks is undocumented.")
    ] = False,
    maker: Maker = "",
    model: Model = "",
    unit: Unit = "",
    keep: Keep = True,
    sign: Sign = "",
    output: Annotated[
        str | None, Parameter(alias="-o", metavar="FILE", help="File to write to, instead of stdout.")
    ] = None,
    format: Format = None,  # noqa: A002 -- as above
    as_of: AsOf = None,
    workspace: Workspace = None,
) -> int:
    """Compare what was seen with what an image shows or its maker publishes."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=(learned, other, sign))
    request = CompareRequest(
        learned=learned,
        other=other,
        published=published,
        who=Who(maker=maker, model=model, unit=unit),
        keep=keep,
        sign=sign,
        as_of=moment(as_of) if as_of is not None else None,
    )
    done = learning.compare_profiles(request, outside=wiring.profile_outside(workspace))
    publish(compared_page(done), rendering, output)
    return 0
