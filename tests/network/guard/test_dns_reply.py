"""DNS messages: what is read out of them, what is refused, and that nothing makes the reader fail."""

import struct
from contextlib import suppress
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.network.guard import dns_reply
from roadworthy.network.guard.dns_reply import Code, Kind, MalformedMessageError, read_message


def wire(name: str) -> bytes:
    return b"".join(bytes([len(each)]) + each.encode() for each in name.split(".")) + b"\0"


def query(name: str = "Cloud.example.com", kind: int = Kind.A, number: int = 7) -> bytes:
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + wire(name) + struct.pack(">HH", kind, 1)


def record(name: bytes, kind: int, data: bytes, ttl: int = 60) -> bytes:
    return name + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def answer(asked: bytes, *records: bytes) -> bytes:
    return asked[:2] + struct.pack(">5H", 0x8180, 1, len(records), 0, 0) + asked[12:] + b"".join(records)


def test_chain_and_addresses_are_read() -> None:
    message = read_message(
        answer(
            query(),
            record(b"\xc0\x0c", Kind.CNAME, wire("cdn.example.net"), ttl=300),
            record(wire("CDN.example.net"), Kind.A, ip_address("198.51.100.7").packed),
            record(wire("cdn.example.net"), Kind.AAAA, ip_address("2001:db8::7").packed),
        )
    )
    assert message.question.name == "cloud.example.com"
    assert [(each.name, each.target) for each in message.answers] == [
        ("cloud.example.com", "cdn.example.net"), ("cdn.example.net", ""), ("cdn.example.net", ""),
    ]  # fmt: skip
    assert [str(one) for each in message.answers for one in each.addresses] == ["198.51.100.7", "2001:db8::7"]


def test_hints_of_a_service_are_read() -> None:
    hints = struct.pack(">HH", 4, 8) + bytes([192, 0, 2, 1, 192, 0, 2, 2])
    hints += struct.pack(">HH", 6, 16) + ip_address("2001:db8::1").packed
    data = struct.pack(">H", 1) + b"\0" + hints
    (found,) = read_message(answer(query(kind=Kind.HTTPS), record(b"\xc0\x0c", Kind.HTTPS, data))).answers
    assert [str(each) for each in found.addresses] == ["192.0.2.1", "192.0.2.2", "2001:db8::1"]


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        query()[:-1],
        struct.pack(">6H", 1, 0x8180, 0, 0, 0, 0),
        struct.pack(">6H", 1, 0x8180, 1, 65535, 0, 0) + wire("a") + b"\0\1\0\1",
        answer(query(), record(b"\xc0\x23", Kind.A, b"\1\2\3\4")),
        answer(query(), record(b"\xc0\x0c", Kind.A, b"\1\2\3")),
        answer(query(), record(b"\xc0\x0c", Kind.A, b"\1\2\3\4")[:-1]),
        answer(query(), record(b"\xc0\x0c", Kind.CNAME, wire("a") + b"\0")),
        struct.pack(">6H", 1, 0, 1, 0, 0, 0) + b"\xc0\x0c\0\1\0\1",
        struct.pack(">6H", 1, 0, 1, 0, 0, 0) + (b"\x3f" + b"a" * 63) * 5 + b"\0\0\1\0\1",
    ],
)
def test_what_is_no_message_is_refused(bad: bytes) -> None:
    with pytest.raises(MalformedMessageError):
        read_message(bad)


def test_a_label_cannot_pass_for_two() -> None:
    asked = struct.pack(">6H", 1, 0x0100, 1, 0, 0, 0) + b"\x0bexample.com\0\0\1\0\1"
    assert read_message(asked).question.name == "example\\046com"


def test_refusal_keeps_the_question_and_carries_no_record() -> None:
    asked = query()
    reply = read_message(dns_reply.refusal(asked, read_message(asked), Code.REFUSED))
    assert (reply.number, reply.code, reply.answers) == (7, Code.REFUSED, ())
    assert reply.is_response
    assert reply.spelling == read_message(asked).spelling


def test_an_answer_must_have_the_id_and_the_letters_of_the_question() -> None:
    sent = read_message(query("cLoUd.example.com"))
    assert dns_reply.answers_to(sent, read_message(answer(query("cLoUd.example.com"))))
    assert not dns_reply.answers_to(sent, read_message(answer(query("cloud.example.com"))))
    assert not dns_reply.answers_to(sent, read_message(answer(query("cLoUd.example.com", number=8))))
    assert not dns_reply.answers_to(sent, read_message(query("cLoUd.example.com")))


@given(st.binary(max_size=300), st.integers(0, 120))
def test_nothing_makes_the_reader_fail(noise: bytes, at: int) -> None:
    whole = answer(
        query(), record(b"\xc0\x0c", Kind.CNAME, wire("b.example")), record(b"\xc0\x2f", 1, b"abcd")
    )
    for each in (noise, whole[:at] + noise + whole[at + len(noise) :], whole[:at]):
        with suppress(MalformedMessageError):
            read_message(each)
