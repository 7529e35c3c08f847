"""Licences and offers of source code that lie in the image.

What it finds

Files that are the text of a well-known licence, by their name and their first lines, and files that offer the
source: the sentence of GPL-2.0 §3(b) ("written offer") or one that says where the source code can be had.

How it can be wrong

A licence text says nothing about which programs it covers. An offer may have run out, and nobody has tried
it. Texts that the device shows from another partition or that come on paper are not seen.
"""

import re
from collections.abc import Iterator
from typing import Final

from roadworthy.inspection.cataloger import Cataloger, Context, Kept
from roadworthy.inspection.rootfs import Node
from roadworthy.model.platform import Platform

HEAD: Final = 4096
KEEP_BYTES: Final = 512 * 1024
_NAME: Final = re.compile(
    r"(?:copying|copyright|licen[sc]es?|notices?|gpl|lgpl|legal|open-?source\w{0,12}|about|credits)(?:[-_.]\w{1,20}){0,3}",
    re.IGNORECASE,
)
_FOLDER: Final = re.compile(r".*/(?:licen[sc]es|common-licenses)/[^/]+")
LICENCES: Final = (
    # In this order: the lesser licences quote the others.
    ("AGPL-3.0", re.compile(rb"GNU AFFERO GENERAL PUBLIC LICENSE", re.IGNORECASE)),
    ("LGPL-3.0", re.compile(rb"GNU LESSER GENERAL PUBLIC LICENSE\s{1,60}Version 3", re.IGNORECASE)),
    ("LGPL-2.1", re.compile(rb"GNU LESSER GENERAL PUBLIC LICENSE\s{1,60}Version 2\.1", re.IGNORECASE)),
    ("LGPL-2.0", re.compile(rb"GNU LIBRARY GENERAL PUBLIC LICENSE\s{1,60}Version 2", re.IGNORECASE)),
    ("GPL-3.0", re.compile(rb"GNU GENERAL PUBLIC LICENSE\s{1,60}Version 3", re.IGNORECASE)),
    ("GPL-2.0", re.compile(rb"GNU GENERAL PUBLIC LICENSE\s{1,60}Version 2", re.IGNORECASE)),
    ("Apache-2.0", re.compile(rb"Apache License\s{1,60}Version 2\.0", re.IGNORECASE)),
    ("MPL-2.0", re.compile(rb"Mozilla Public License Version 2\.0", re.IGNORECASE)),
    ("BSD", re.compile(rb"Redistribution and use in source and binary forms", re.IGNORECASE)),
    ("MIT", re.compile(rb"Permission is hereby granted, free of charge, to any person", re.IGNORECASE)),
    (
        "ISC",
        re.compile(rb"Permission to use, copy, modify, and(?:/or)? distribute this software", re.IGNORECASE),
    ),
    (
        "OpenSSL",
        re.compile(rb"OpenSSL License|OpenSSL Project for use in the OpenSSL Toolkit", re.IGNORECASE),
    ),
)
_OFFER: Final = re.compile(
    rb"written offer[^.]{0,200}|(?:complete |corresponding )?source code[^.<]{0,80}"
    rb"(?:available|obtained?|download(?:ed)?|request(?:ed)?|provided?)[^.<]{0,80}",
    re.IGNORECASE,
)
_LICENCE_ITSELF: Final = ("AGPL-3.0", "LGPL-3.0", "LGPL-2.1", "LGPL-2.0", "GPL-3.0", "GPL-2.0")


def wants(node: Node) -> bool:
    """Files that are called like a licence, or lie in a folder of licences."""
    if node.size > KEEP_BYTES:
        return False
    return _NAME.fullmatch(node.name) is not None or _FOLDER.fullmatch(node.path) is not None


def join(kept: Kept, context: Context) -> Iterator[Platform]:
    """Each licence once for each file that is one, and each offer of source."""
    del context
    for file in kept.files.values():
        licence = next((name for name, text in LICENCES if text.search(file.data[:HEAD])), "")
        if licence:
            yield Platform(aspect="licence-text", value=licence, evidence=(file.evidence(excerpt=licence),))
        if licence in _LICENCE_ITSELF:
            continue  # it speaks of written offers, and makes none
        offer = _OFFER.search(file.data)
        if offer:
            text = " ".join(offer[0].decode("utf-8", "backslashreplace").split())[:160]
            place = file.evidence(offset=offer.start(), excerpt=text)
            yield Platform(aspect="source-offer", value=text, evidence=(place,))


CATALOGER: Final = Cataloger(
    title="Licences and offers of source", wants=wants, join=join, keep_bytes=KEEP_BYTES
)
