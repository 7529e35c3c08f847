import pytest

from roadworthy.inspection.inventory.endpoints import CATALOGER
from roadworthy.testing.inventory import survey_files


def told(path: str, content: str | bytes) -> set[tuple[str, int | None, str]]:
    endpoints = survey_files(CATALOGER, {path: content}).inventory.endpoints
    return {(each.host, each.port, each.protocol) for each in endpoints}


@pytest.mark.parametrize(
    ("path", "content", "endpoints"),
    [
        ("/etc/a.conf", "url = https://Api.Maker.net:8443/v1\n", {("api.maker.net", 8443, "https")}),
        ("/bin/agent", b"\x7fELF\0mqtts://broker.maker.net\0", {("broker.maker.net", None, "mqtts")}),
        ("/etc/a.conf", "http://user:word@acs.maker.net/\n", {("acs.maker.net", None, "http")}),
        ("/etc/ntp.conf", "server 0.pool.ntp.org iburst\n", {("0.pool.ntp.org", None, "ntp")}),
        (
            "/etc/config/system",
            "config timeserver\n list server '1.pool.ntp.org'\n",
            {("1.pool.ntp.org", None, "ntp")},
        ),
        ("/www/index.html", "http://www.maker.net/", set()),
        ("/etc/a.conf", "http://localhost/ http://127.0.0.1/ http://host.example/ http://%s/", set()),
        ("/etc/a.xml", "http://www.w3.org/2001/XMLSchema http://schemas.xmlsoap.org/", set()),
        ("/etc/a.conf", "http://maker.net:99999/", set()),
    ],
)
def test_endpoints(path: str, content: str | bytes, endpoints: set[tuple[str, int | None, str]]) -> None:
    assert told(path, content) == endpoints


def test_the_place_is_told_without_the_login() -> None:
    (found,) = survey_files(CATALOGER, {"/etc/a": "\n\nhttp://user:word@acs.maker.net/"}).inventory.endpoints
    assert found.evidence[0].line == 3
    assert "word" not in repr(found)


def test_a_file_of_nothing_else_is_bounded() -> None:
    many = "".join(f"http://h{number}.maker.net/ " for number in range(4000)) + "://" * 50_000
    assert len(told("/etc/a", many)) == 200
