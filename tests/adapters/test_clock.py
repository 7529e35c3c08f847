from datetime import UTC, datetime, timedelta

from roadworthy.adapters.clock import now


def test_it_is_now_in_utc_and_whole_seconds() -> None:
    moment = now()
    assert moment.tzinfo is UTC
    assert moment.microsecond == 0
    assert timedelta(0) <= datetime.now(UTC) - moment < timedelta(seconds=5)
