import pytest

from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Basis, Role
from roadworthy.model.property_table import parse_properties

ROW = """
[no-example]
question = "Is it so?"
why = "Because."
remedy = "Do it."
responsible = ["maker", "owner_consumer"]
answerable = ["observed"]
fresh_days = 30
"""


def test_a_row_becomes_a_property() -> None:
    (found,) = parse_properties("auth", ROW)
    assert found.id == "auth.no-example"
    assert found.family == "auth"
    assert found.responsible == (Role.MAKER, Role.OWNER_CONSUMER)
    assert found.answerable == (Basis.OBSERVED,)
    assert found.fresh_days == 30


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"Because."', '""', "why is missing"),
        ('question = "Is it so?"', "", "question is missing"),
        ('"maker", "owner_consumer"', '"owner_consumer"', "other than the consumer"),
        ('"maker"', '"vendor"', "responsible: 'vendor'"),
        ('["observed"]', "[]", "no kind of evidence"),
        ('["observed"]', '"guessed"', "answerable: 'guessed'"),
        ("fresh_days = 30", "fresh_days = 0", "fresh_days"),
        ("fresh_days = 30", "fresh_days = true", "fresh_days"),
        ("fresh_days", "fresh_hours", "unknown key 'fresh_hours'"),
        ("[no-example]", "[no-example", "line 2"),
        ('question = "Is it so?"', "question = 1", "question is missing"),
    ],
)
def test_a_mistake_is_named_with_its_row(old: str, new: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        parse_properties("auth", ROW.replace(old, new))
    assert "auth" in str(caught.value)
    assert caught.value.hint


def test_a_value_outside_any_row_is_refused() -> None:
    with pytest.raises(InputError, match=r"auth\.question: is not a table"):
        parse_properties("auth", 'question = "Is it so?"')
