"""Libraries whose file name carries the release of the product.

Most do not: the numbers behind ``.so`` count changes of the interface. These do, by upstream's own makefiles.
A library that distributors name otherwise than upstream (libbz2 in Debian) is left out.
"""

import re
from dataclasses import dataclass
from typing import Final

_X = r"\d{1,3}"


@dataclass(frozen=True, slots=True)
class LibraryName:
    """One rule: the name of a file, the product, and how its groups make the version."""

    pattern: re.Pattern[str]
    product: str
    version: str
    cpe: str


def _rule(pattern: str, product: str, cpe: str, version: str = r"\1") -> LibraryName:
    return LibraryName(re.compile(pattern.replace("X", _X)), product, version, f"cpe:2.3:a:{cpe}")


LIBRARY_NAMES: Final = (
    _rule(
        r"(?:ld|lib(?:c|m|pthread|rt|dl|resolv|nsl|crypt|util|nss_\w{2,10}))-(2\.X(?:\.X)?)\.so",
        "glibc",
        "gnu:glibc",
    ),
    _rule(r"libz\.so\.(1\.X\.X(?:\.X)?)", "zlib", "zlib:zlib"),
    _rule(r"libpng1([246])\.so\.(?:0|1X)\.(X)\.0", "libpng", "libpng:libpng", r"1.\1.\2"),
    _rule(r"liblzma\.so\.(X\.X\.X)", "xz", "tukaani:xz"),
    _rule(r"libzstd\.so\.(X\.X\.X)", "zstd", "facebook:zstandard"),
    _rule(r"liblz4\.so\.(X\.X\.X)", "lz4", "lz4_project:lz4"),
    _rule(r"libxml2\.so\.(2\.X\.X)", "libxml2", "xmlsoft:libxml2"),
    _rule(r"libxslt\.so\.(1\.X\.X)", "libxslt", "xmlsoft:libxslt"),
    _rule(r"libpcap\.so\.(X\.X\.X)", "libpcap", "tcpdump:libpcap"),
    _rule(r"libmbed(?:tls|crypto|x509)\.so\.(X\.X\.X)", "mbedtls", "arm:mbed_tls"),
    _rule(r"lib(?:ncurses|tinfo)w?\.so\.(X\.X)", "ncurses", "gnu:ncurses"),
    _rule(r"liblua(?:5\.X)?\.so\.(5\.X\.X)", "lua", "lua:lua"),
    _rule(r"lib(?:glib|gio|gobject)-2\.0\.so\.0\.(X)00\.(X)", "glib", "gnome:glib", r"2.\1.\2"),
    _rule(r"libboost_\w{2,40}\.so\.(1\.X\.X)", "boost", "boost:boost"),
    _rule(r"libicu(?:uc|i18n|data)\.so\.(X\.X)", "icu", "icu-project:international_components_for_unicode"),
    _rule(r"libQt[56]Core\.so\.(X\.X\.X)", "qt", "qt:qt"),
    _rule(r"libperl\.so\.(5\.X\.X)", "perl", "perl:perl"),
    _rule(r"libopencv_core\.so\.(X\.X\.X)", "opencv", "opencv:opencv"),
    _rule(r"libcap\.so\.(2\.X)", "libcap", "libcap_project:libcap"),
    _rule(r"libcgroup\.so\.1\.0\.(X)", "libcgroup", "libcgroup_project:libcgroup", r"0.\1"),
    _rule(r"libseccomp\.so\.(X\.X\.X)", "libseccomp", "libseccomp_project:libseccomp"),
    _rule(r"libfuse3?\.so\.([23]\.X\.X)", "fuse", "fuse_project:fuse"),
    _rule(r"libldb\.so\.(X\.X\.X)", "ldb", "samba:ldb"),
    _rule(r"libsystemd-(?:shared|core)-(\d{3})\.so", "systemd", "systemd_project:systemd"),
)
