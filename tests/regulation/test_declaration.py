"""The maker's declaration: what it says, and what it says when it is wrong."""

from datetime import date

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.regulation.declaration import Declaration, read_declaration
from roadworthy.regulation.product import FLAGS
from roadworthy.usecases.assess import declare, may_speak_of

CATALOGUE = discover()
NOW = date(2026, 11, 27)
WHOLE = """\
[product]
maker = "Example"
model = "EX-1"

[company]
role = "importer"
size = "small"
turnover_million_eur = 12.5

[market]
sold_in = ["eu"]
categories = ["III.I.17"]
placed_on = 2026-01-01

[support]
until = 2031-12-31

[is]
connected = true

[features]
aa = false

[[certificate]]
kind = "cls"
until = 2027-01-01

[answers]
"data.erasable" = "yes"
"control.power-switch" = { answer = "no", because = "None is fitted.", see = "page 2" }

[requirements]
"cra:Art.31" = true
"en303645:5.7-1" = { met = false, because = "No such chip." }
"""


def read(text: str) -> Declaration:
    return read_declaration("camera.toml", text.encode(), may_speak_of(CATALOGUE), NOW)


def test_what_it_says_is_read() -> None:
    own = read(WHOLE)
    assert (own.product.maker, own.product.role, own.product.turnover) == ("Example", "importer", 12.5)
    assert own.product.flags == {"connected": True}
    assert own.product.features == {"aa": False}
    assert own.product.certificates[0].until == date(2027, 1, 1)
    found = {each.property: each for each in own.findings}
    assert found["data.erasable"].outcome is Outcome.PASS
    assert found["control.power-switch"].message == "The maker answers no: None is fitted. (see page 2)"
    assert found["control.power-switch"].evidence[0].line == 30
    assert found["support.long-enough"].outcome is Outcome.PASS
    assert own.statements["en303645:5.7-1"].place == "camera.toml:34"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('size = "small"', 'size = "tiny"'), "camera.toml:7: 'tiny' is no word for size"),
        (
            ("placed_on = 2026-01-01", 'placed_on = "soon"'),
            "camera.toml:13: market.placed_on has to be a day",
        ),
        (("placed_on = 2026-01-01", "placed_on = 2026-01-01T00:00:00"), "has to be a day"),
        (('sold_in = ["eu"]', 'sold_in = "eu"'), "camera.toml:11: market.sold_in has to be a list"),
        (("12.5", "-1"), "camera.toml:8: company.turnover_million_eur has to be a number"),
        (("12.5", "inf"), "has to be a number"),
        (("connected = true", "conected = true"), "camera.toml:19: 'conected' is no key here"),
        (("connected = true", 'connected = "yes"'), "camera.toml:19: is.connected has to be true or false"),
        (
            ('"data.erasable" = "yes"', '"data.erasable" = "maybe"'),
            "camera.toml:29: answers.data.erasable has to",
        ),
        (('"data.erasable"', '"data.eraseable"'), "camera.toml:29: 'data.eraseable' is no question"),
        (('"cra:Art.31"', '"cra:Art.3l"'), "camera.toml:33: 'cra:Art.3l' is no requirement"),
        ((', because = "No such chip."', ""), "camera.toml:34: requirements.en303645:5.7-1 needs `because`"),
        (('kind = "cls"', 'sort = "cls"'), "camera.toml:25: 'sort' is no key here"),
        (("[is]", "[was]"), "camera.toml:18: 'was' is no key here"),
        (("[product]", "[product"), "camera.toml is no TOML"),
        (
            ("placed_on = 2026-01-01", "placed_on = 2026-01-01\nlast_placed_on = 2025-01-01"),
            "lies before placed_on",
        ),
    ],
)
def test_a_fault_is_named_with_its_line(change: tuple[str, str], told: str) -> None:
    assert change[0] in WHOLE
    with pytest.raises(InputError) as error:
        read(WHOLE.replace(*change))
    assert told in str(error.value)
    assert error.value.hint


def test_the_nearest_known_word_is_offered() -> None:
    with pytest.raises(InputError) as error:
        read(WHOLE.replace('"data.erasable"', '"data.eraseable"'))
    assert "'data.erasable'" in error.value.hint


def test_what_is_no_text_is_told() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        read_declaration("camera.toml", b"\xff\xfe", may_speak_of(CATALOGUE), NOW)


@pytest.mark.parametrize("under", [["baseline"], ["cra", "en303645"], sorted(CATALOGUE.frameworks)])
def test_the_template_can_be_read_as_it_is_and_with_all_of_it_said(under: list[str]) -> None:
    text = declare(under, CATALOGUE)
    assert read(text).findings == ()
    said = "\n".join(
        line[2:] if line.startswith(('# "', "# [[")) else line for line in text.splitlines()
    ).replace("[[certificate]]", "")
    own = read(said)
    assert len(own.findings) + len(own.statements) > 5


def test_the_template_asks_only_what_no_image_can_show() -> None:
    text = declare(sorted(CATALOGUE.frameworks), CATALOGUE)
    asked = [name for name in CATALOGUE.properties if f'# "{name}" =' in text]
    assert asked
    for name in asked:
        assert Basis.OBSERVED not in CATALOGUE.properties[name].object.answerable
    assert all(name in text for name in FLAGS)
