"""The commands as data: from this one table come the root help page, the parser and the reference.

Nothing heavy may be imported here: `roadworthy --help` needs this file and no other library.
"""

from typing import Final, NamedTuple

PROGRAM: Final = "roadworthy"


class Command(NamedTuple):
    """One command.

    Args:
        name: Its words, e.g. ``evidence list``.
        summary: What it does, in one line.
        target: ``module:function`` that runs it; imported when it is called.
        examples: Command lines that work as they stand, each with what it does.
    """

    name: str
    summary: str
    target: str
    examples: tuple[tuple[str, str], ...]


COMMANDS: Final = (
    Command(
        "inspect",
        "Inspect a firmware image: what is in it, what is wrong, and who must act.",
        "roadworthy.cli.inspect:inspect",
        (
            ("roadworthy inspect camera.bin", "on the terminal"),
            ("roadworthy inspect camera.bin -o report.html", "as a page to send to somebody"),
            ("roadworthy inspect camera.bin --threshold high", "in CI: exit code 1 from severity high on"),
            ("roadworthy inspect camera.bin --as-of 2026-01-01 -o report.json", "again, byte for byte"),
            (
                "roadworthy inspect a.bin b.bin images/ --jobs 4 -o reports/",
                "many, a file each, and an index",
            ),
            ("roadworthy inspect camera.bin --format sarif -o camera.sarif", "for code scanning"),
            ("roadworthy inspect new.bin --baseline report.json", "in CI: exit code 1 for what got worse"),
            ("roadworthy inspect camera.bin --waivers waivers.toml", "with failures that somebody accepts"),
            (
                "roadworthy inspect camera.bin --sbom camera.spdx.json",
                "with what the build says to be in it",
            ),
            ("roadworthy inspect strange.bin --unblob", "with unblob for what is unknown"),
            ("roadworthy inspect camera.bin --only 'auth.*' --skip auth.empty-password", "some checks only"),
        ),
    ),
    Command(
        "compare",
        "Compare two images: what was added, removed and changed, for better or worse.",
        "roadworthy.cli.compare:compare",
        (
            ("roadworthy compare old.bin new.bin", "on the terminal"),
            ("roadworthy compare old.json new.bin -o changes.html", "with an earlier report, as a page"),
            ("roadworthy compare old.bin new.bin --threshold low", "exit code 1 if any fact got worse"),
        ),
    ),
    Command(
        "assess",
        "Assess a product against laws and standards: what is met, what is missing, who must act.",
        "roadworthy.cli.assess:assess",
        (
            ("roadworthy assess camera.toml camera.bin", "against the baseline"),
            ("roadworthy assess camera.toml camera.bin --under cra,en303645,psti", "against laws"),
            ("roadworthy assess camera.toml report.json --under cra -o cra.html", "with an earlier report"),
            (
                "roadworthy assess camera.toml camera.bin --under cra,psti -o pages/",
                "a page for each, and an index",
            ),
        ),
    ),
    Command(
        "declare",
        "Print the template of a maker's declaration: it asks what no evidence can show.",
        "roadworthy.cli.assess:declare",
        (
            ("roadworthy declare > camera.toml", "for the baseline"),
            ("roadworthy declare --under cra,en303645 > camera.toml", "for laws"),
        ),
    ),
    Command(
        "frameworks",
        "List the laws and standards that are known: version, source, what applies when, how sure.",
        "roadworthy.cli.assess:frameworks",
        (("roadworthy frameworks", "on the terminal"),),
    ),
    Command(
        "guard compile",
        "Compile the profiles of a network for its gateway.",
        "roadworthy.cli.guard:compile_network",
        (
            ("roadworthy guard compile network.toml --to nftables", "for a Linux gateway"),
            ("roadworthy guard compile network.toml --to openwrt -o rules.uci", "for OpenWrt's firewall"),
        ),
    ),
    Command(
        "guard explain",
        "Say why a conversation may be, or not.",
        "roadworthy.cli.guard:explain",
        (
            ("roadworthy guard explain camera to cloud.example.com:443/tcp", "by which rule"),
            ("roadworthy guard explain 203.0.113.5 to camera:80 --network home.toml", "from outside"),
        ),
    ),
    Command(
        "guard run",
        "Guard a network on its gateway, until told to stop.",
        "roadworthy.cli.guard:run",
        (("roadworthy guard run network.toml", "as root; SIGTERM ends it"),),
    ),
    Command(
        "guard status",
        "Show who is held, and what deviates from its profile.",
        "roadworthy.cli.guard:status",
        (("roadworthy guard status", "with the network in network.toml"),),
    ),
    Command(
        "guard report",
        "File what the guard saw of a device as evidence.",
        "roadworthy.cli.guard:report",
        (("roadworthy guard report camera", "for `roadworthy assess`"),),
    ),
    Command(
        "guard quarantine",
        "Quarantine a device, running streams too.",
        "roadworthy.cli.guard:quarantine",
        (("roadworthy guard quarantine camera --why 'it scans the Internet'", "at once"),),
    ),
    Command(
        "guard lift",
        "Lift a quarantine.",
        "roadworthy.cli.guard:lift",
        (("roadworthy guard lift camera", "whether a guard runs or not"),),
    ),
    Command(
        "guard agree",
        "Agree that a device is held to its profile from now on.",
        "roadworthy.cli.guard:agree",
        (
            ("roadworthy guard agree camera", "after what it did was looked at"),
            ("roadworthy guard agree camera --learn", "back to learning"),
        ),
    ),
    Command(
        "guard reload",
        "Have the guard read the network and the profiles anew.",
        "roadworthy.cli.guard:reload",
        (("roadworthy guard reload", "after a profile was changed"),),
    ),
    Command(
        "switch",
        "Switch a device's power, Internet or change, or look at all three.",
        "roadworthy.cli.switch:switch",
        (
            ("roadworthy switch camera internet off --key me.key --reason holiday", "and say why"),
            ("roadworthy switch camera", "what is wanted, what is seen, and by what"),
            ("roadworthy switch camera internet off --no-keep-lan --key me.key", "the local network too"),
        ),
    ),
    Command(
        "owner enrol",
        "Become the owner of a device that has none.",
        "roadworthy.cli.switch:enrol",
        (("roadworthy owner enrol camera --key me.key --recovery safe.key.pub", "keep safe.key elsewhere"),),
    ),
    Command(
        "owner transfer",
        "Offer a device to another key.",
        "roadworthy.cli.switch:transfer",
        (("roadworthy owner transfer camera --to anna.key.pub --key me.key", "second-hand"),),
    ),
    Command(
        "owner accept",
        "Accept a device that was offered, or recovered.",
        "roadworthy.cli.switch:accept",
        (("roadworthy owner accept camera --key anna.key --recovery safe.key.pub", "it is Anna's now"),),
    ),
    Command(
        "owner recover",
        "Recover a device whose owner's key is lost; it takes a day.",
        "roadworthy.cli.switch:recover",
        (("roadworthy owner recover camera --key safe.key --to new.key.pub", "then accept, a day later"),),
    ),
    Command(
        "owner object",
        "Object to a recovery, or take an offer back.",
        "roadworthy.cli.switch:object_",
        (("roadworthy owner object camera --key me.key", "as long as nobody has accepted"),),
    ),
    Command(
        "owner revoke",
        "Give a device up.",
        "roadworthy.cli.switch:revoke",
        (("roadworthy owner revoke camera --key me.key", "both its keys are worth nothing then"),),
    ),
    Command(
        "owner history",
        "Show who owns a device, and every record about it.",
        "roadworthy.cli.switch:history",
        (("roadworthy owner history camera", "on the terminal"),),
    ),
    Command(
        "profile learn",
        "Learn what a device may do from its traffic.",
        "roadworthy.cli.profile_learning:learn",
        (
            ("roadworthy profile learn home.pcap --device 02:11:22:33:44:55 -o cam.json", "a profile"),
            (
                "roadworthy profile learn days/ --device 02:11:22:33:44:55 --strictness 0.8",
                "the surest only",
            ),
        ),
    ),
    Command(
        "profile derive",
        "Derive what a device may do from its image.",
        "roadworthy.cli.profile_learning:derive",
        (("roadworthy profile derive camera-1.0.bin -o camera.mud.json", "before any traffic was seen"),),
    ),
    Command(
        "profile compare",
        "Compare what was seen with what the image or the maker says.",
        "roadworthy.cli.profile_learning:compare",
        (
            ("roadworthy profile compare learned.json camera-1.0.bin", "what no code explains"),
            ("roadworthy profile compare learned.json maker.mud.json --published", "what is undocumented"),
        ),
    ),
    Command(
        "profile show",
        "Show what a profile allows, in plain words.",
        "roadworthy.cli.profile:show",
        (("roadworthy profile show camera.mud.json", "on the terminal"),),
    ),
    Command(
        "profile check",
        "Check profiles against the standards: every fault, and the way out.",
        "roadworthy.cli.profile_checking:check",
        (
            ("roadworthy profile check camera.mud.json", "exit code 1 if it is invalid"),
            ("roadworthy profile check a.json b.json --format json", "several, for programs"),
        ),
    ),
    Command(
        "profile diff",
        "Say what a new profile allows and the old one did not, by meaning.",
        "roadworthy.cli.profile_checking:diff",
        (("roadworthy profile diff old.json new.json", "exit code 1 if it newly allows anything"),),
    ),
    Command(
        "profile history",
        "Show the versions of a profile, each with what it newly allows.",
        "roadworthy.cli.profile_checking:history",
        (("roadworthy profile history profiles/", "all that lie in a folder, by MUD URL"),),
    ),
    Command(
        "profile upgrade",
        "Mend a profile in the form of an early draft.",
        "roadworthy.cli.profile:upgrade",
        (("roadworthy profile upgrade old.json -o new.json", "says each change"),),
    ),
    Command(
        "profile sign",
        "Sign a profile, as RFC 8520 asks.",
        "roadworthy.cli.profile:sign",
        (
            (
                "roadworthy profile sign cam.json --key maker.key --certificate maker.pem",
                "writes cam.json.p7s",
            ),
        ),
    ),
    Command(
        "profile verify",
        "Verify who signed a profile.",
        "roadworthy.cli.profile:verify",
        (
            ("roadworthy profile verify cam.json cam.json.p7s --anchor root.pem", "by a key that you trust"),
            (
                "roadworthy profile verify n.json n.p7s --anchor root.pem --previous o.json",
                "and newer than the one before",
            ),
        ),
    ),
    Command(
        "profile urls",
        "Print the MUD URLs that devices tell in captures and certificates.",
        "roadworthy.cli.profile_publishing:urls",
        (
            ("roadworthy profile urls home.pcap", "told by DHCP or LLDP"),
            ("roadworthy profile urls device.pem", "told in the device's certificate"),
        ),
    ),
    Command(
        "profile fetch",
        "Fetch a profile and its signature; take them only if they hold.",
        "roadworthy.cli.profile_publishing:fetch",
        (
            ("roadworthy profile fetch https://x.example/m -o m.json --anchor root.pem", "signed"),
            (
                "roadworthy profile fetch https://x.example/m -o m.json --unsigned",
                "on the word of its server",
            ),
        ),
    ),
    Command(
        "profile serve",
        "Serve profiles and their signatures over HTTPS.",
        "roadworthy.cli.profile_publishing:serve",
        (
            ("roadworthy profile serve profiles/ --certificate web.pem --key web.key", "on this machine"),
            (
                "roadworthy profile serve p/ --certificate w.pem --key w.key --listen [::]:443",
                "to everybody",
            ),
        ),
    ),
    Command(
        "explain",
        "Explain a check, property, format or signature; without an id, list them all.",
        "roadworthy.cli.explain:explain",
        (
            ("roadworthy explain", "everything that is installed, a line each"),
            ("roadworthy explain auth.no-default-password", "one page"),
            ("roadworthy explain signature:busybox", "where several kinds share the id"),
            ("roadworthy explain cra:AnnexI.I.2.c", "one requirement of a law"),
        ),
    ),
    Command(
        "advisories update",
        "Import feeds of known vulnerabilities into the workspace.",
        "roadworthy.cli.advisories:update",
        (
            ("roadworthy advisories update", "from where each source has them for everybody"),
            ("roadworthy advisories update --from feeds/", "from files, without a network"),
            ("roadworthy advisories update --source kev --source epss", "only what changes every day"),
        ),
    ),
    Command(
        "advisories list",
        "List what is at hand, how old it is, and what it leaves out.",
        "roadworthy.cli.advisories:list_",
        (("roadworthy advisories list", "on the terminal"),),
    ),
    Command(
        "advisories show",
        "Show what each source says of one flaw.",
        "roadworthy.cli.advisories:show_",
        (("roadworthy advisories show CVE-2022-0778", "by its CVE id"),),
    ),
    Command(
        "vex write",
        "Write what is known of an image's vulnerabilities.",
        "roadworthy.cli.vex:write",
        (
            ("roadworthy vex camera.bin -o camera.openvex.json", "OpenVEX"),
            ("roadworthy vex report.json --format csaf --csaf-version 2.1 --author Acme", "of a report"),
        ),
    ),
    Command(
        "vex add",
        "File statements of others, or your own: they count from then on.",
        "roadworthy.cli.vex:add",
        (
            ("roadworthy vex add supplier.csaf.json", "what a supplier says"),
            ("roadworthy vex add mine.openvex.json --own", "your own: it counts before all others"),
        ),
    ),
    Command(
        "vex list",
        "List the statements that are filed.",
        "roadworthy.cli.vex:list_",
        (("roadworthy vex list", "on the terminal"),),
    ),
    Command(
        "image ls",
        "List the files of an image: mode, owner, size, time, link.",
        "roadworthy.cli.image:ls",
        (
            ("roadworthy image ls camera.bin /etc", "one folder"),
            ("roadworthy image ls camera.bin -r -o files.json", "all of them, for a program"),
        ),
    ),
    Command(
        "image cat",
        "Write one file of an image to stdout, as it is.",
        "roadworthy.cli.image:cat",
        (("roadworthy image cat camera.bin /etc/passwd", "on the terminal"),),
    ),
    Command(
        "image extract",
        "Extract files of an image, with a manifest of modes and owners.",
        "roadworthy.cli.image:extract",
        (("roadworthy image extract camera.bin /etc -o camera-etc", "one folder"),),
    ),
    Command(
        "evidence list",
        "List the evidence that is filed, newest first.",
        "roadworthy.cli.evidence:list_",
        (("roadworthy evidence list", "everything"),),
    ),
    Command(
        "evidence show",
        "Show one piece of evidence, or make a report of it anew.",
        "roadworthy.cli.evidence:show",
        (
            ("roadworthy evidence show 3f2a", "by the beginning of its digest"),
            ("roadworthy evidence show 3f2a --report inspection -o report.html", "the report, made anew"),
            ("roadworthy evidence show 3f2a -o camera.json", "the envelope itself, to be signed or sent"),
        ),
    ),
    Command(
        "evidence sign",
        "Sign an envelope; writes it with one more signature.",
        "roadworthy.cli.evidence:sign",
        (
            (
                "roadworthy evidence sign camera.json --key lab.key -o signed.json",
                "with a key of `evidence keygen`",
            ),
        ),
    ),
    Command(
        "evidence verify",
        "Verify that a trusted key signed an envelope.",
        "roadworthy.cli.evidence:verify",
        (("roadworthy evidence verify signed.json --key lab.key.pub", "exit code 1 if it does not hold"),),
    ),
    Command(
        "evidence keygen",
        "Make a key pair to sign with.",
        "roadworthy.cli.evidence:keygen",
        (("roadworthy evidence keygen lab.key", "makes lab.key and lab.key.pub"),),
    ),
    Command(
        "evidence schema",
        "Print the JSON schema of evidence.",
        "roadworthy.cli.evidence:schema",
        (("roadworthy evidence schema -o envelope.schema.json", "into a file"),),
    ),
    Command(
        "completion",
        "Print the script with which a shell completes command lines.",
        "roadworthy.cli.completion:completion",
        (
            ("source <(roadworthy completion bash)", "in ~/.bashrc"),
            ("roadworthy completion fish | source", "in ~/.config/fish/config.fish"),
        ),
    ),
)
GROUPS: Final[dict[str, str]] = {
    "guard": "Hold the devices of a network to their profiles.",
    "profile": "Learn, derive, compare, sign and publish what a device may do on a network.",
    "advisories": "Known vulnerabilities: import them, and see what is at hand.",
    "vex": "Say, and hear, which known vulnerabilities matter (VEX).",
    "image": "Look inside a firmware image, safely.",
    "evidence": "Work with the evidence that is filed in the workspace.",
    "owner": "Own a device: enrol, pass it on, recover it after a loss.",
}
DEFAULTS: Final[dict[str, str]] = {"vex": "write"}
"""The command of a group that is meant where none is named."""
EXIT_CODES: Final = (
    (0, "done, and nothing is wrong at or above the threshold"),
    (1, "something is wrong at or above the threshold, or evidence does not hold"),
    (2, "the command line or a file given on it cannot be used"),
    (3, "could not finish"),
)
ENVIRONMENT: Final = (
    ("NO_COLOR", "Not empty: no colours, whatever else is set."),
    ("FORCE_COLOR", "Not empty: colours even where stdout is no terminal."),
    (
        "COLUMNS",
        "Width of the terminal, if it is not what the system reports; at most 120 are used.",
    ),
    ("ROADWORTHY_WORKSPACE", "Folder in which evidence is kept, where --workspace does not say."),
    ("XDG_DATA_HOME", "Where the system keeps data; evidence goes into its folder roadworthy."),
    ("ROADWORTHY_TRACEBACK", "Not empty: a fault in Roadworthy itself shows where in the code it happened."),
)
EXAMPLES: Final = (
    ("roadworthy inspect camera.bin", "report on the terminal"),
    ("roadworthy inspect camera.bin -o report.html", "report as one HTML page"),
    ("roadworthy explain auth.no-default-password", "what a question means, and how it is answered"),
)
