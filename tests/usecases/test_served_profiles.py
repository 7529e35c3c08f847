"""What is on the shelf, and what is answered."""

import json

import pytest

from roadworthy.model.errors import InputError
from roadworthy.network.mud.file import About, MudFile
from roadworthy.network.mud.writing import write_mud
from roadworthy.usecases.served_profiles import Shelf, answer, shelve

URL = "https://maker.example/mud/camera.json"
SIGNATURE = b"a signature"


def mud(url: str = URL, day: str = "2026-11-01", **more: float | str) -> bytes:
    about = About(mud_url=url, last_update=f"{day}T00:00:00Z")
    whole = json.loads(write_mud(MudFile(about=about)))
    whole["ietf-mud:mud"] |= {key.replace("_", "-"): value for key, value in more.items()}
    return json.dumps(whole).encode()


def ask(shelf: Shelf, target: str, method: str = "GET", known: str = "") -> tuple[int, dict[str, str], bytes]:
    status, headers, body = answer(shelf, method, target, known)
    return status, dict(headers), body


def test_a_file_and_its_signature_are_answered() -> None:
    shelf = shelve({"c.mud.json": mud(), "c.mud.json.p7s": SIGNATURE})
    status, headers, body = ask(shelf, "/mud/camera.json")
    assert (status, body, headers["Content-Type"]) == (200, mud(), "application/mud+json")
    assert headers["Cache-Control"] == "max-age=172800"  # 48 hours
    assert headers["Content-Length"] == str(len(body))
    assert ask(shelf, URL)[2] == mud()  # a whole URL (RFC 9112 §3.2.2)
    for place in ("/mud/camera.p7s", "/mud/camera.json.p7s"):
        status, headers, body = ask(shelf, place)
        assert (status, body, headers["Content-Type"]) == (200, SIGNATURE, "application/pkcs7-signature")


@pytest.mark.parametrize(
    ("more", "hours"),
    [({"cache_validity": 1}, 1), ({"cache_validity": 168}, 168), ({"is_supported": False}, 168), ({}, 48)],
)
def test_how_long_it_may_be_kept(more: dict[str, int], hours: int) -> None:
    _, headers, _ = ask(shelve({"c.json": mud(URL, "2026-11-01", **more)}), "/mud/camera.json")
    assert headers["Cache-Control"] == f"max-age={hours * 3600}"


def test_what_is_known_is_not_sent_again() -> None:
    shelf = shelve({"c.json": mud()})
    tag = ask(shelf, "/mud/camera.json")[1]["ETag"]
    for known in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        assert ask(shelf, "/mud/camera.json", known=known)[::2] == (304, b"")
    for known in ('"x"', "", tag.strip('"'), "x*"):
        assert ask(shelf, "/mud/camera.json", known=known)[0] == 200
    assert ask(shelve({"c.json": mud(day="2026-11-02")}), "/mud/camera.json", known=tag)[0] == 200


def test_other_methods() -> None:
    shelf = shelve({"c.json": mud()})
    whole, head = ask(shelf, "/mud/camera.json"), ask(shelf, "/mud/camera.json", "HEAD")
    assert (head[0], head[1], head[2]) == (200, whole[1], b"")
    status, headers, _ = ask(shelf, "/mud/camera.json", "POST")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    "target",
    ["/", "", "/mud", "/mud/", "/c.json", "/../c.json", "/mud/../mud/camera.json", "/mud/camera.json?x",
     "/mud/camera.json%00", "//[", "/mud/camera.p7s", "*", "/mud//camera.json", "/%6dud/camera.json"],
)  # fmt: skip
def test_nothing_else_is_there(target: str) -> None:
    assert ask(shelve({"c.json": mud()}), target)[0] == 404


def test_a_signature_where_the_file_says() -> None:
    signed = {"c.json.p7s": SIGNATURE}
    shelf = shelve({"c.json": mud(mud_signature="../keys/camera"), **signed})
    assert ask(shelf, "/keys/camera")[2] == SIGNATURE
    assert ask(shelf, "/mud/camera.p7s")[0] == 404
    elsewhere = shelve({"c.json": mud(mud_signature="https://other.example/camera.p7s"), **signed})
    assert ask(elsewhere, "/camera.p7s")[0] == 404
    own = shelve({"c.json": mud(mud_signature="/mud/camera.json"), **signed})
    assert ask(own, "/mud/camera.json")[1]["Content-Type"] == "application/mud+json"


def test_the_newest_of_several_is_served() -> None:
    shelf = shelve({"a.json": mud(day="2026-11-02"), "b.json": mud(), "c.json": mud(day="2026-11-03")})
    assert [each.name for each in shelf.served] == ["c.json"]
    assert shelf.passed_over == (
        ("b.json", "a.json is newer, of the same URL"),
        ("a.json", "c.json is newer, of the same URL"),
    )
    with pytest.raises(InputError, match="on two hosts"):
        shelve({"a.json": mud(), "b.json": mud("https://other.example/mud/camera.json")})


def test_what_is_no_profile_is_passed_over() -> None:
    shelf = shelve(
        {
            "nonsense.json": b"nonsense",
            "other.json": b"{}",
            "plain.json": mud("http://maker.example/x.json"),
            "no-date.json": mud(last_update="soon"),
            "alone.p7s": SIGNATURE,
        }
    )
    assert (shelf.served, shelf.pages) == ((), {})
    assert [name for name, _ in shelf.passed_over] == [
        "no-date.json",
        "nonsense.json",
        "other.json",
        "plain.json",
    ]
