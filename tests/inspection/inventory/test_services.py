"""Services: what boot files start, and how sure that is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.inventory.services import CATALOGER
from roadworthy.model.service import Service
from roadworthy.testing.inventory import survey_files

INITTAB = "::sysinit:/etc/init.d/rcS\n"
NAMES = ("telnetd", "httpd", "dropbear", "inetd", "xinetd", "vendord", "getty")
PROGRAMS = {f"/usr/sbin/{name}": b"\x7fELF" for name in NAMES} | {"/bin/busybox": b"\x7fELF"}


def services(files: dict[str, str | bytes]) -> dict[str, Service]:
    surveyed = survey_files(CATALOGER, PROGRAMS | files)
    assert surveyed.problems == ()
    found = surveyed.inventory.services
    assert len({each.name for each in found}) == len(found), found
    return {each.name: each for each in found}


def started(script: str) -> dict[str, bool | None]:
    """What a boot script starts: name to whether."""
    found = services({"/etc/inittab": INITTAB, "/etc/init.d/rcS": script})
    return {name: service.enabled for name, service in found.items()}


@pytest.mark.parametrize(
    "script",
    [
        "telnetd",
        "/usr/sbin/telnetd -l /bin/sh &",
        "busybox telnetd",
        "/bin/busybox telnetd -p 23",
        "exec telnetd",
        "nohup telnetd > /dev/null 2>&1 &",
        "mount -a; telnetd",
        "mount -a && telnetd",
        "(telnetd)",
        "{ telnetd; }",
        "go() {\n telnetd\n}\ngo",
        "function go {\n telnetd\n}\ngo",
        "go() { telnetd; }; go",
        "D=/usr/sbin/telnetd\n$D -F",
        'D=telnetd\n"${D}" -F',
        "if true; then telnetd; fi",
        "if [ -x /usr/sbin/telnetd ]; then\n telnetd\nfi",
        "[ -x /usr/sbin/telnetd ] && telnetd",
        "test -x /usr/sbin/telnetd && telnetd",
        "while true; do telnetd -F; sleep 1; done",
        "start-stop-daemon -S -q -x /usr/sbin/telnetd -- -F",
        "start-stop-daemon --start --exec /usr/sbin/telnetd",
        "telnetd \\\n  -l /bin/login",
        "cat <<EOF\nnothing\nEOF\ntelnetd",
        "A=1 B=2 telnetd",
    ],
)
def test_lines_that_start_it(script: str) -> None:
    assert started(script) == {"telnetd": True}


@pytest.mark.parametrize(
    "script",
    [
        "# telnetd",
        "echo telnetd",
        "echo 'telnetd &'",
        'echo "\ntelnetd\n"',
        "killall telnetd",
        "start-stop-daemon -K -x /usr/sbin/telnetd",
        "start-stop-daemon --stop --exec /usr/sbin/telnetd",
        "telnetd --help",
        "go() {\n telnetd\n}",
        "exit 0\ntelnetd",
        "cat > /etc/x <<EOF\ntelnetd\nEOF",
        "cat <<'END'\ntelnetd\nEND\n",
        'case "$1" in\nstop)\n telnetd\n;;\nesac',
        "ls > telnetd",
        "which telnetd",
    ],
)
def test_lines_that_do_not(script: str) -> None:
    assert started(script) == {}


@pytest.mark.parametrize(
    "script",
    [
        "[ -f /tmp/debug ] && telnetd",
        "[ -f /nowhere ] && telnetd",
        "if [ -f /tmp/debug ]; then telnetd; fi",
        "if [ -f /usr/sbin/telnetd ]; then :; else telnetd; fi",
        "if ! [ -x /usr/sbin/telnetd ]; then telnetd; fi",
        "pidof telnetd || telnetd",
        "[ -d /sys/x ] && {\n telnetd\n}",
        "if grep -q debug /proc/cmdline; then\n telnetd\nfi",
        'case "$mode" in\ndebug) telnetd ;;\nesac',
        'go() { telnetd; }\n[ -n "$x" ] && go',
        "while [ -f /tmp/x ]; do telnetd; done",
    ],
)
def test_lines_that_depend_on_the_running_system(script: str) -> None:
    assert started(script) == {"telnetd": None}


def test_a_program_that_is_not_in_the_image_is_in_doubt() -> None:
    assert started("rlogind") == {"rlogind": None}


def test_any_program_left_in_the_background_is_a_service_if_it_is_there() -> None:
    assert started("vendord &\nsleep 5 &\nnobody-knows &\n/usr/sbin/vendord") == {"vendord": True}


def test_scripts_are_followed() -> None:
    found = services(
        {
            "/etc/inittab": INITTAB,
            "/etc/init.d/rcS": "sh /etc/one.sh\n. /etc/two.sh\n/etc/three.sh start\nfour.sh\n",
            "/etc/one.sh": "telnetd\n",
            "/etc/two.sh": "httpd\n",
            "/etc/three.sh": 'case "$1" in\nstart|boot)\n dropbear -p 2222\n ;;\n*)\n inetd\n ;;\nesac\n',
            "/usr/sbin/four.sh": "#!/bin/sh\nxinetd\n. /usr/sbin/four.sh\n",
        }
    )
    assert {name: each.enabled for name, each in found.items()} == dict.fromkeys(
        ("telnetd", "httpd", "dropbear", "xinetd"), True
    )
    assert found["dropbear"].ports == ("tcp/2222",)
    assert found["telnetd"].ports == ("tcp/23",)
    assert [place.place for place in found["telnetd"].evidence] == [
        "memory » /etc/one.sh:1",
        "memory » /usr/sbin/telnetd",
    ]


def test_numbered_scripts_of_buildroot_are_followed() -> None:
    found = services(
        {
            "/etc/inittab": INITTAB,
            "/etc/init.d/rcS": "for i in /etc/init.d/S??* ;do\n  $i start\ndone\n",
            "/etc/init.d/S50telnet": 'start() {\n  telnetd\n}\ncase "$1" in\n  start)\n  start;;\nesac\n',
            "/etc/init.d/K50web": "httpd\n",
        }
    )
    assert found["telnetd"].enabled is True
    assert found["httpd"].enabled is False


@pytest.mark.parametrize(
    ("link", "level", "enabled"),
    [
        ("/etc/rc.d/S50telnet", "", True),
        ("/etc/rcS.d/S50telnet", "id:3:initdefault:\n", True),
        ("/etc/rc3.d/S50telnet", "id:3:initdefault:\n", True),
        ("/etc/rc.d/rc3.d/S50telnet", "id:3:initdefault:\n", True),
        ("/etc/rc5.d/S50telnet", "id:3:initdefault:\n", False),
        ("/etc/rc3.d/K50telnet", "id:3:initdefault:\n", False),
        ("/etc/rc2.d/S50telnet", "", True),
        ("/etc/rc6.d/S50telnet", "", False),
    ],
)
def test_run_level_links(link: str, level: str, *, enabled: bool) -> None:
    files: dict[str, str | bytes] = {
        "/etc/inittab": level + "::respawn:/usr/sbin/getty ttyS0\n",
        "/etc/init.d/telnet": 'case "$1" in\nstart) telnetd ;;\nesac\n',
        link: "-> /etc/init.d/telnet",
    }
    assert services(files)["telnetd"].enabled is enabled


def test_an_inittab_starts_programs_itself() -> None:
    found = services(
        {
            "/etc/inittab": "# telnetd\n::respawn:-/usr/sbin/telnetd -F\nttyS0::askfirst:/usr/sbin/getty\n"
            "::shutdown:/usr/sbin/httpd\nx:5:respawn:/usr/sbin/dropbear\nid:3:initdefault:\n"
        }
    )
    assert {name: each.started_by for name, each in found.items()} == {
        "telnetd": "inittab",
        "getty": "inittab",
    }


def test_procd_scripts_of_openwrt() -> None:
    script = (
        "#!/bin/sh /etc/rc.common\nSTART=50\nUSE_PROCD=1\nPROG=/usr/sbin/dropbear\n"
        'instance() {\n procd_open_instance\n procd_set_param command "$PROG" -F\n procd_close_instance\n}\n'
        "start_service() {\n  config_load x\n  config_foreach instance x\n}\n"
        "stop_service() {\n  telnetd\n}\n"
    )
    files: dict[str, str | bytes] = {
        "/etc/init.d/dropbear": script,
        "/etc/rc.d/S19dropbear": "-> ../init.d/dropbear",
    }
    found = services(files)
    assert {name: each.enabled for name, each in found.items()} == {"dropbear": True}


@pytest.mark.parametrize(("rcs", "enabled"), [("inetd\n", True), ("mount -a\n", None)])
def test_inetd(rcs: str, *, enabled: bool | None) -> None:
    found = services(
        {
            "/etc/init.d/rcS": rcs,
            "/etc/inetd.conf": "# telnet stream tcp nowait root ftpd ftpd\n"
            "telnet stream tcp nowait root /usr/sbin/telnetd telnetd -i\n"
            "time stream tcp nowait root internal\n",
        }
    )
    telnet = found["telnetd"]
    assert (telnet.enabled, telnet.user, telnet.ports) == (enabled, "root", ("tcp/23",))
    assert telnet.started_by == "inetd"


def test_inetd_names_the_applet_behind_busybox() -> None:
    line = "telnet stream tcp nowait root /bin/busybox telnetd -i\n"
    assert services({"/etc/init.d/rcS": "inetd\n", "/etc/inetd.conf": line})["telnetd"].enabled is True


@pytest.mark.parametrize(("disable", "enabled"), [("no", True), ("yes", False)])
def test_xinetd(disable: str, *, enabled: bool) -> None:
    block = f"service telnet\n{{\n  disable = {disable}\n  user = root\n  server = /usr/sbin/telnetd\n}}\n"
    found = services({"/etc/init.d/rcS": "xinetd\n", "/etc/xinetd.d/telnet": block})
    assert (found["telnetd"].enabled, found["telnetd"].ports) == (enabled, ("tcp/23",))


def test_rc_local() -> None:
    assert services({"/etc/rc.local": "telnetd\nexit 0\nhttpd\n"})["telnetd"].started_by == "rc.local"


def test_secrets_on_a_command_line_are_masked() -> None:
    found = services({"/etc/rc.local": "vendord --password=hunter2 -u rtsp://me:hunter2@camera/ &\n"})
    assert "hunter2" not in found["vendord"].command
    assert "hunter2" not in found["vendord"].evidence[0].excerpt


def test_scripts_that_call_each_other_end() -> None:
    loop = "a() { b; }\nb() { a; }\na\n. /etc/rc.local\nfor i in /etc/*; do $i; done\n"
    assert services({"/etc/rc.local": loop, "/etc/inittab": "::sysinit:/etc/rc.local\n"}) == {}


def test_functions_that_call_many_others_end_and_that_is_a_problem() -> None:
    tree = "".join(f"f{n}() {{ f{n + 1}; f{n + 1}; f{n + 1}; f{n + 1}; }}\n" for n in range(40))
    surveyed = survey_files(CATALOGER, PROGRAMS | {"/etc/rc.local": f"telnetd\n{tree}f0\n"})
    assert [each.name for each in surveyed.inventory.services] == ["telnetd"]
    assert "no more were followed" in surveyed.problems[0].what


@given(st.text(alphabet="telnd ;&|(){}$'\"\\\n#<>fix=`[]case in esac do one then", max_size=300))
def test_no_text_breaks_it(script: str) -> None:
    assert survey_files(CATALOGER, PROGRAMS | {"/etc/rc.local": script}).problems == ()


@pytest.mark.parametrize(
    "piece", ["$(", "'", '"', "`", "((", "${", "case x in a) ", "<<E\n", "{ ", "\\\n", "a=$(b "]
)
def test_no_repetition_takes_long(piece: str) -> None:
    script = piece * (60_000 // len(piece))
    assert survey_files(CATALOGER, {"/etc/rc.local": script}).problems == ()
