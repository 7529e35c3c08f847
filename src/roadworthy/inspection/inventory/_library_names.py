"""Libraries whose file name carries the release of the product.

Most do not: the numbers behind ``.so`` count changes of the interface. These do, by upstream's own makefiles.
A library that distributors name otherwise than upstream (libbz2 in Debian) is left out.
"""

import re
from dataclasses import dataclass
from typing import Final

_X = r"\d{1,3}"
_PAIR = r"(?:0(\d)|([1-9]\d))"  # two digits; the number without its leading zero is in one of two groups


@dataclass(frozen=True, slots=True)
class LibraryName:
    """One rule: the name of a file, the product, and how its groups make the version."""

    pattern: re.Pattern[str]
    product: str
    version: str
    cpe: str


def _rule(pattern: str, product: str, cpe: str, version: str = r"\1") -> LibraryName:
    return LibraryName(
        re.compile(pattern.replace("P", _PAIR).replace("X", _X)), product, version, f"cpe:2.3:a:{cpe}"
    )


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
    _rule(r"lib(?:ncurses|tinfo)w?\.so\.(6\.X)", "ncurses", "gnu:ncurses"),  # 5.9 is also built from 6
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
    _rule(r"libcgroup\.so\.([23]\.X\.X)", "libcgroup", "libcgroup_project:libcgroup"),
    _rule(r"libbrotli(?:common|dec|enc)\.so\.(1\.X\.X)", "brotli", "google:brotli"),
    _rule(r"libcjson(?:_utils)?\.so\.(1\.X\.X)", "cjson", "cjson_project:cjson"),
    _rule(r"libexiv2\.so\.(0\.X\.X)", "exiv2", "exiv2:exiv2"),
    _rule(r"libhttp_parser\.so\.(2\.X\.X)", "http-parser", "nodejs:http-parser"),
    _rule(r"libbsd\.so\.(0\.X\.X)", "libbsd", "freedesktop:libbsd"),
    _rule(r"libgit2\.so\.(X\.X\.X)", "libgit2", "libgit2:libgit2"),
    _rule(r"libheif\.so\.(1\.X\.X)", "libheif", "struktur:libheif"),
    _rule(r"libtommath\.so\.(1\.X\.X)", "libtommath", "libtom:libtommath"),
    _rule(r"libnewt\.so\.(0\.X\.X)", "newt", "redhat:newt"),
    _rule(r"libpixman-1\.so\.(0\.X\.X)", "pixman", "pixman:pixman"),
    _rule(r"lib(?:readline|history)\.so\.([678]\.X)", "readline", "gnu:readline"),
    _rule(r"libtpms\.so\.(0\.X\.X)", "libtpms", "libtpms_project:libtpms"),
    _rule(r"libgrpc\+\+\.so\.(1\.X\.X)", "grpc", "grpc:grpc"),
    _rule(r"libyajl\.so\.(2\.X\.X)", "yajl", "yajl_project:yajl"),
    _rule(r"libmodsecurity\.so\.(3\.X\.X)", "modsecurity", "trustwave:modsecurity"),
    _rule(r"libbpf\.so\.([01]\.X\.X)", "libbpf", "libbpf_project:libbpf"),
    _rule(r"libpci\.so\.(3\.X\.X)", "pciutils", "pciutils_project:pciutils"),
    _rule(r"libsrt(?:-gnutls|-openssl)?\.so\.(1\.X\.X)", "srt", "haivision:secure_reliable_transport"),
    _rule(r"libthrift-(0\.X\.X)\.so", "thrift", "apache:thrift"),
    _rule(r"lib(?:elf|dw|asm)-(0\.\d{3})\.so", "elfutils", "elfutils_project:elfutils"),
    _rule(r"libruby-?\d\.\d\.so\.(\d\.X\.X)", "ruby", "ruby-lang:ruby"),
    _rule(r"libapr-1\.so\.0\.(X\.X)", "apr", "apache:portable_runtime", r"1.\1"),
    _rule(r"libaprutil-1\.so\.0\.(X\.X)", "apr-util", "apache:apr-util", r"1.\1"),
    _rule(r"libcairo\.so\.2\.1(1\d)00\.(X)", "cairo", "cairographics:cairo", r"1.\1.\2"),
    _rule(r"libgdk_pixbuf-2\.0\.so\.0\.(\d\d)00\.(X)", "gdk-pixbuf", "gnome:gdk-pixbuf", r"2.\1.\2"),
    _rule(r"libpango-1\.0\.so\.0\.(\d\d)00\.(X)", "pango", "gnome:pango", r"1.\1.\2"),
    _rule(r"libharfbuzz\.so\.0\.([1-5])PP\.0", "harfbuzz", "harfbuzz_project:harfbuzz", r"\1.\2\3.\4\5"),
    _rule(
        r"libharfbuzz\.so\.0\.6(?:0([7-9])|([1-4]\d))(\d)(\d)\.0",
        "harfbuzz",
        "harfbuzz_project:harfbuzz",
        r"\1\2.\3.\4",
    ),
    _rule(r"libgsoap(?:ck|ssl)?(?:\+\+)?-(2\.8\.X)\.so", "gsoap", "genivia:gsoap"),
    _rule(r"libzmq\.so\.5\.2\.(X)", "zeromq", "zeromq:libzmq", r"4.3.\1"),
    _rule(
        r"libgst(?:reamer|base)-1\.0\.so\.0\.(1?\d|2\d)P\.0",
        "gstreamer",
        "gstreamer_project:gstreamer",
        r"1.\1.\2\3",
    ),
    _rule(r"libacl\.so\.1\.1\.2(\d)P", "acl", "acl_project:acl", r"2.\1.\2\3"),
    _rule(r"libattr\.so\.1\.1\.2(\d)P", "attr", "attr_project:attr", r"2.\1.\2\3"),
    _rule(r"libprotobuf(?:-lite)?\.so\.32\.0\.(X)", "protobuf", "google:protobuf", r"3.21.\1"),
    _rule(r"libprotobuf(?:-lite)?\.so\.23\.0\.(X)", "protobuf", "google:protobuf", r"3.12.\1"),
    _rule(r"libsystemd-(?:shared|core)-(\d{3})\.so", "systemd", "systemd_project:systemd"),
)
