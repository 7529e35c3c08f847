"""network.toml: what it says, and how its mistakes are told."""

from ipaddress import ip_address, ip_network

import pytest

from roadworthy.model.errors import InputError
from roadworthy.network.network_file import Fail, Mode, read_network
from roadworthy.network.policy import Policy

GOOD = """\
[network]
lan = ["br-lan"]
local = ["192.168.8.0/24"]
address = "192.168.8.1"
upstream = ["9.9.9.9"]

[controllers]
"urn:ietf:params:mud:dns" = ["192.168.8.1"]

[devices.camera]
mac = "02-11-22-33-44-55"
addresses = ["192.168.8.20"]
profile = "camera.mud.json"
mode = "enforce"
update-hosts = ["Update.Camera.example."]

[devices.bell]
mac = "02:11:22:33:44:66"
addresses = ["192.168.8.21"]
profile = "bell.mud.json"
"""
URLS = {"camera.mud.json": "https://camera.example/c.json", "bell.mud.json": "https://camera.example/b.json"}


def read(text: str) -> object:
    return read_network(text.encode(), "network.toml", lambda path: Policy(mud_url=URLS[path]))


def test_it_says_who_is_who() -> None:
    network = read_network(GOOD.encode(), "network.toml", lambda path: Policy(mud_url=URLS[path]))
    camera = network.devices["camera"]
    assert (camera.mac, camera.mode, camera.number) == ("02:11:22:33:44:55", Mode.ENFORCE, 1)
    assert camera.update_hosts == ("update.camera.example",)
    assert network.devices["bell"].mode is Mode.LEARN
    assert (network.fail, network.address) == (Fail.CLOSED, ip_address("192.168.8.1"))
    seen = camera.surroundings
    assert seen.manufacturers == {"camera.example": (ip_network("192.168.8.21/32"),)}
    assert seen.models["https://camera.example/b.json"] == (ip_network("192.168.8.21/32"),)
    assert seen.models["https://camera.example/c.json"] == ()
    assert seen.authority == "camera.example"
    assert seen.controllers == {"urn:ietf:params:mud:dns": (ip_network("192.168.8.1/32"),)}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'lan = ["br-lan"]',
            'lan = ["br lan; drop"]',
            "network.toml:2: 'br lan; drop' is no name of an interface",
        ),
        ('lan = ["br-lan"]', 'land = ["br-lan"]', "network.toml:2: unknown key 'land'"),
        ('"192.168.8.0/24"', '"192.168.8.1/24"', "network.toml:3: "),
        ('address = "192.168.8.1"', "address = 7", "network.toml:4: address is no list of texts"),
        ('address = "192.168.8.1"', 'address = "224.0.0.1"', "is no address of one host"),
        ('"02-11-22-33-44-55"', '"03:11:22:33:44:55"', "is no MAC address of a device"),
        ('"02:11:22:33:44:66"', '"02:11:22:33:44:55"', "belongs to camera already"),
        ('mode = "enforce"', 'mode = "maybe"', "network.toml:14: "),
        ("[devices.bell]", '[devices."a b"]', "is no name of a device"),
        ('"Update.Camera.example."', '"a b"', "is no DNS name"),
        ('upstream = ["9.9.9.9"]', 'portal = "http://x"', "no https URI"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(InputError) as error:
        read(GOOD.replace(old, new))
    assert told in str(error.value)
    assert error.value.hint
