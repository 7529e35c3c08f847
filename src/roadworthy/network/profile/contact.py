"""Contact: how likely does a device speak with a host that its image names?

An image names many hosts that no device ever contacts: homes of projects, licences, examples, lists of
choices. What speaks for a contact: a machine's protocol, a file of settings, a line that fetches, a program
that is started. What speaks against it: a documentation's home, a place holder, a file that names dozens, a
library, a file of a package manager. The numbers are judgement, not measurement; they order hosts, and each
comes with its reason.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address
from typing import Final

from roadworthy.model.endpoint import Endpoint

PLACE_HOLDER: Final = re.compile(
    r"(?i)(?:.*\.)?(?:example|invalid|test|localhost|here|domain|yourdomain|mydomain|yourserver|foo|bar)(?:\.\w+)?\Z"
    r"|(?:www\.|your|my|some)[-.]?(?:server|domain|host|site|company|url)\b.*|tempuri\.org\Z|.*x{3,}.*"
)
_HOMES: Final = (
    "alpinelinux|apache|archlinux|bluetooth|broadband-forum|creativecommons|debian|doxygen|dublincore"
    "|ecma-international|fedoraproject|freedesktop|fsf|gentoo|gnu|gnupg|iana|ietf|isc|jquery|json-schema|kernel|lua"
    "|lua-users|man7|mathjax|mozilla|netfilter|oasis-open|opensource|openssl|opensuse|openwrt|owasp|perl|php|purl"
    "|python|relaxng|rfc-editor|rosalinux|sabayon|samba|slackware|ubuntu|unicode|upnp|w3|wi-fi|wikipedia|x"
    "|xfree86|xmlsoap|zeroc"
)
_FORGES: Final = (
    "bitbucket|busybox|github|githubusercontent|gitlab|googlesource|haxx|launchpad|launchpadlibrarian|musl-libc|npmjs"
    "|readthedocs|savannah|sf|sourceforge|stackexchange|stackoverflow|uclibc|zlib"
)
PROJECTS: Final = re.compile(
    rf"(?i)(?:.*\.)?(?:{_HOMES})\.(?:org|com)\Z|(?:.*\.)?(?:{_FORGES})\.(?:com|net|org|io|se)\Z"
    r"|(?:bugs|docs?|wiki|blog|forum|confluence|jira|redmine|developers?|help|support)\..+"
)
MACHINE: Final = frozenset(
    {"mqtt", "mqtts", "ws", "wss", "coap", "coaps", "amqp", "amqps", "stun", "stuns", "turn", "turns"}
    | {"rtsp", "rtsps", "ldap", "ldaps", "tftp"}
)
UNUSED: Final = re.compile(
    r"(?i).*/(?:lxc|templates?|examples?|samples?|tests?|demos?|doc|opkg/info|dpkg/info|licen[cs]es?)/.*"
    r"|.*/(?:www|htdocs|webroot|docroot|web_?pages)/.*\.(?:gif|png|jpe?g|ico|svg|xml|json)"
    r"|.*(?:Doxyfile|\.control|README|LICENSE|COPYING|CHANGES|\.am|\.in|\.pc|\.la|\.h|\.gir|\.dtd|\.xsd|\.wsdl)"
)
SETTINGS: Final = re.compile(
    r"(?i)/(?:etc|data|config|var|nvram|mnt|usr/local/etc)[^/]*/.*|.*\.(?:conf|cfg|ini|json|ya?ml|toml)"
)
LIBRARY: Final = re.compile(r".*\.(?:so|a|ko)(?:\.[\d.]+)?")
ADDRESS_KEEPING: Final = re.compile(r"(?i)ddns|dyndns|dynamic_dns")  # these update an address, no software
UPDATE_PATH: Final = re.compile(
    r"(?i).*(?:update|upgrade|fota|(?:\b|_|/)ota(?:\b|_)|firmware|flash|opkg|distfeeds|apt/sources|mender|rauc|hawkbit).*"
)
UPDATE_HOST: Final = re.compile(
    r"(?i)(?:.*[.-])?(?:updates?|upgrades?|fota|ota|fw\d*|firmwares?|downloads?|dl|repos?|packages|feeds|releases)[.-].+"
)
CONFIG_PATH: Final = re.compile(
    r"(?i).*(?:cwmp|tr-?0?69|managementserver|provision|autoconf|bootstrap|lwm2m|remote_?(?:management|assist)).*"
)
CONFIG_HOST: Final = re.compile(
    r"(?i)(?:.*[.-])?(?:acs|tr069|cwmp|provisioning|provision|prov|bootstrap|config|configuration|settings|mdm)[.-].+"
)
FEED: Final = re.compile(r"/etc/(?:opkg|apt|yum|apk)(?:/.*|\.conf)|/etc/apk/repositories")
SHORT: Final = 2  # letters; shorter names say nothing
MANY: Final = 12  # hosts that one file names: a list of choices, or a catalogue
WIDESPREAD: Final = 5  # files that name one web address: a header of the sources


@dataclass(frozen=True, slots=True)
class Judgement:
    """How likely a contact is, and the weightiest reason."""

    confidence: float
    reason: str


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What is known of the image around its endpoints.

    Args:
        started: Names of the programs that are started by themselves.
        fetching: Files with a line that fetches something, and those lines.
        others: Files of components that are other people's, and the name of each.
        crowd: How many hosts each file names.
        spread: How many files name each host.
    """

    started: Collection[str]
    fetching: Mapping[str, Sequence[str]]
    others: Mapping[str, str]
    crowd: Mapping[str, int]
    spread: Mapping[str, int]


def judge(endpoint: Endpoint, scene: Scene) -> Judgement:
    """How likely a device speaks with an endpoint, judged by one file that names it."""
    against = _against(endpoint, scene)
    return against if against is not None else _supporting(endpoint, scene)


def _against(endpoint: Endpoint, scene: Scene) -> Judgement | None:
    """What rules a contact out, nearly."""
    host, path = endpoint.host, endpoint.named_by
    wanted = endpoint.protocol == "ntp" or _fetched(endpoint, scene) or bool(FEED.fullmatch(path))
    checks = (
        (PLACE_HOLDER.fullmatch(host), 0.02, "its name is a place holder"),
        (_unroutable(host), 0.05, "its address is of no use outside of one network"),
        (UNUSED.fullmatch(path), 0.05, f"{path} is a template, documentation or a list of packages"),
        (not wanted and PROJECTS.fullmatch(host), 0.05, "it is a project's home"),
        (not wanted and _named_alike(host, path), 0.1, f"it is called like {path}: its home"),
        (
            not wanted and path in scene.others,
            0.2,
            f"{scene.others.get(path)}, which names it, is widely used",
        ),
    )
    for holds, confidence, reason in checks:
        if holds:
            return Judgement(confidence, reason)
    return _crowded(endpoint, scene)


def _fetched(endpoint: Endpoint, scene: Scene) -> bool:
    """Whether a line of the file fetches from there."""
    return any(endpoint.host in each for each in scene.fetching.get(endpoint.named_by, ()))


def _named_alike(host: str, path: str) -> bool:
    """Whether host and program are called alike, as with mosquitto.org in mosquitto."""
    program = re.sub(r"\W.*|d\Z", "", path.rpartition("/")[2].lower().removeprefix("lib"))
    return len(program) > SHORT and program in host.split(".")


def _crowded(endpoint: Endpoint, scene: Scene) -> Judgement | None:
    crowd, spread = scene.crowd[endpoint.named_by], scene.spread[endpoint.host]
    if endpoint.protocol == "http" and spread >= WIDESPREAD:
        return Judgement(0.1, f"{spread} files name it: a line that all sources have")
    if crowd > MANY:
        return Judgement(
            max(0.05, round(2 / crowd, 2)), f"{endpoint.named_by} lists {crowd} hosts to choose from"
        )
    return None


def _supporting(endpoint: Endpoint, scene: Scene) -> Judgement:
    """What speaks for a contact; the strongest counts."""
    path, program = endpoint.named_by, endpoint.named_by.rpartition("/")[2]
    checks = (
        (endpoint.protocol == "ntp", 0.9, f"{path} names it as a time server"),
        (_fetched(endpoint, scene), 0.9, f"{path} fetches from it"),
        (path in scene.fetching, 0.75, f"{path} names it and fetches something"),
        (endpoint.protocol in MACHINE, 0.75, f"it is spoken to by {endpoint.protocol.upper()}"),
        (LIBRARY.fullmatch(path), 0.2, f"the library {path} names it"),
        (SETTINGS.fullmatch(path), 0.7, f"it stands in {path}"),
        (program in scene.started, 0.7, f"{program}, which is started by itself, names it"),
        (endpoint.port is not None, 0.6, f"{path} names it with a port"),
        ("@" in path, 0.6, "the one program of the image names it"),
        (endpoint.protocol == "https", 0.5, f"{path} names it"),
    )
    return next(
        (Judgement(confidence, reason) for holds, confidence, reason in checks if holds),
        Judgement(0.4, f"{path} names it"),
    )


def _unroutable(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return not address.is_global or (isinstance(address, IPv4Address) and address.is_multicast)


def updates(endpoint: Endpoint) -> bool:
    """Whether new software likely comes from there."""
    if ADDRESS_KEEPING.search(endpoint.named_by):
        return False
    said = any(UPDATE_PATH.fullmatch(each.excerpt) for each in endpoint.evidence)
    return said or bool(UPDATE_PATH.fullmatch(endpoint.named_by) or UPDATE_HOST.fullmatch(endpoint.host))


def configures(endpoint: Endpoint) -> bool:
    """Whether configuration likely comes from there."""
    return bool(CONFIG_PATH.fullmatch(endpoint.named_by) or CONFIG_HOST.fullmatch(endpoint.host))
