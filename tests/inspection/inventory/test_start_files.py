"""Services that other mechanisms than init scripts start: cron and systemd."""

import pytest

from roadworthy.inspection.inventory.scheduled_jobs import CATALOGER as CRON
from roadworthy.inspection.inventory.systemd_units import CATALOGER as SYSTEMD
from roadworthy.testing.inventory import survey_files

UNIT = "[Service]\nUser=www\nExecStart=-/usr/sbin/httpd -p 80\n"
UNITS = "/usr/lib/systemd/system"
WANTS = "/etc/systemd/system/multi-user.target.wants"


@pytest.mark.parametrize(
    ("path", "line", "job"),
    [
        ("/etc/crontabs/root", "*/5 * * * * /usr/bin/check --all", ("check", "root")),
        ("/etc/crontab", "17 * * * * www /usr/bin/check", ("check", "www")),
        ("/var/spool/cron/crontabs/admin", "@reboot PASS=x nice -n 5 agent", ("agent", "admin")),
    ],
)
def test_a_job(path: str, line: str, job: tuple[str, str]) -> None:
    (found,) = survey_files(CRON, {path: f"# comment\nMAILTO=root\n{line}\n"}).inventory.services
    assert (found.name, found.user) == job
    assert found.started_by == "cron"
    assert found.enabled is None
    assert found.evidence[0].line == 3


@pytest.mark.parametrize(
    ("extra", "enabled"),
    [
        ({f"{WANTS}/web.service": f"-> {UNITS}/web.service"}, True),
        ({}, False),
        (
            {
                f"{WANTS}/web.service": f"-> {UNITS}/web.service",
                "/etc/systemd/system/web.service": "-> /dev/null",
            },
            False,
        ),
    ],
)
def test_a_unit(extra: dict[str, str | bytes], *, enabled: bool) -> None:
    files: dict[str, str | bytes] = {f"{UNITS}/web.service": UNIT, "/usr/sbin/httpd": "\x7fELF"}
    (found,) = survey_files(SYSTEMD, files | extra).inventory.services
    assert (found.name, found.user, found.ports, found.enabled) == ("httpd", "www", ("tcp/80",), enabled)


def test_a_unit_whose_program_is_missing_is_in_doubt() -> None:
    files: dict[str, str | bytes] = {f"{UNITS}/web.service": UNIT, f"{WANTS}/web.service": "-> nowhere"}
    (found,) = survey_files(SYSTEMD, files).inventory.services
    assert found.enabled is None


def test_a_unit_in_etc_counts_before_the_system_s() -> None:
    files: dict[str, str | bytes] = {
        f"{UNITS}/web.service": UNIT,
        "/etc/systemd/system/web.service": UNIT.replace("www", "root"),
    }
    (found,) = survey_files(SYSTEMD, files).inventory.services
    assert found.user == "root"
