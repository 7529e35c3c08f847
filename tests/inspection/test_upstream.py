"""Names of packages as upstream has them."""

import pytest

from roadworthy.inspection.upstream import library_product, upstream_name


@pytest.mark.parametrize(
    ("package", "source", "upstream"),
    [
        ("libopenssl1.1", "", "openssl"),
        ("libssl3", "", "openssl"),
        ("libcurl4", "feeds/packages/net/curl", "curl"),
        ("kmod-usb-core", "package/kernel/linux", "linux"),
        ("python3.11-minimal", "python3.11", "python"),
        ("wpad-mini", "package/network/services/hostapd", "hostapd"),
        ("libpthread", "package/libs/toolchain", "libpthread"),
        ("libgcc", "package/libs/toolchain", "gcc"),
        ("libglib2.0-0", "glib2.0", "glib"),
        ("libtiff6", "tiff", "libtiff"),
        ("libboost-system1.74.0", "boost1.74", "boost"),
        ("mystery", "", "mystery"),
    ],
)
def test_names(package: str, source: str, upstream: str) -> None:
    assert upstream_name(package, source) == upstream


@pytest.mark.parametrize(
    ("package", "product"),
    [
        ("libz1", "zlib"),
        ("libnettle8t64", "nettle"),
        ("libcurl4", "curl"),
        ("libdbus-1-3", "dbus"),
        ("libasound2", "alsa-lib"),
        ("libasound3", ""),  # another interface, which is not surely theirs
        ("libunheard1", ""),
        ("busybox", ""),
        ("lib1", ""),
    ],
)
def test_packages_called_after_their_library(package: str, product: str) -> None:
    assert library_product(package) == product


@pytest.mark.parametrize(
    ("package", "source", "product"),
    [
        ("kernel-6.6.21-yocto-standard", "linux-yocto", "linux"),
        ("kernel-6.6.21", "", "linux"),
        ("libc6", "", "glibc"),
        ("gcc-final", "", "gcc"),
    ],
)
def test_names_of_yocto_and_buildroot(package: str, source: str, product: str) -> None:
    assert upstream_name(package, source) == product
