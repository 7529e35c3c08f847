"""TP-Link's numbers of hardware, as its firmware headers carry them, and the OpenWrt device for each.

Facts from OpenWrt's image recipes (target/linux/ath79/image/{tiny,generic}-tp-link.mk and
target/linux/ramips/image/mt76x8.mk, as of 2025): TPLINK_HWID, the name of the device, its chip. Where two
devices share a number and differ in the revision only, both are told.
"""

from typing import Final

_ATH79_TINY: Final = """
00100101 tl-mr10u ar9331
30200001 tl-mr3020-v1 ar9331
30400002 tl-mr3040-v2 ar9331
32200001 tl-mr3220-v1 ar7241
34200001 tl-mr3420-v1 ar7241
09010002 tl-wa901nd-v2 ar9132
07030101 tl-wr703n ar9331
07400001 tl-wr740n-v1 ar7240
07400003 tl-wr740n-v3 ar7240
07400004 tl-wr740n-v4 ar9331
07410001 tl-wr741-v1 ar7240
07410004 tl-wr741nd-v4 ar9331
07430001 tl-wr743nd-v1 ar7240
08410005 tl-wr841-v5 ar7240
08410007 tl-wr841-v7 ar7241
08410008 tl-wr841-v8 ar9341
08410009 tl-wr841-v9 qca9533
08410010 tl-wr841-v10 qca9533
08410011 tl-wr841-v11 qca9533
08410012 tl-wr841-v12 qca9533
09410006 tl-wr940n-v3 tp9343
09400004 tl-wr940n-v4 tp9343
09410002 tl-wr941-v2 ar9132
09410004 tl-wr941-v4 ar7240
09410006 tl-wr941nd-v6 tp9343
09410007 tl-wr941n-v7-cn qca9558
"""
_ATH79_GENERIC: Final = """
c5000001 archer-c5-v1 qca9558
75000001 archer-c7-v1 qca9558
c7000002 archer-c7-v2 qca9558
c1200001 archer-d50-v1 qca9531
89300001 archer-d7-v1 qca9558
89300001 archer-d7b-v1 qca9558
64000001 tl-mr6400-v1 qca9531
35000001 tl-wdr3500-v1 ar9344
36000001 tl-wdr3600-v1 ar9344
43000001 tl-wdr4300-v1 ar9344
43008001 tl-wdr4300-v1-il ar9344
43100001 tl-wdr4310-v1 ar9344
49000002 tl-wdr4900-v2 qca9558
65000002 tl-wdr6500-v2 qca9561
75000003 tl-wdr7500-v3 qca9558
86300001 tl-wpa8630-v1 qca9563
10430001 tl-wr1043nd-v1 ar9132
10430002 tl-wr1043nd-v2 qca9558
10430003 tl-wr1043nd-v3 qca9558
10430004 tl-wr1043nd-v4 qca9563
10450002 tl-wr1045nd-v2 qca9558
25430001 tl-wr2543-v1 ar7242
07100001 tl-wr710n-v1 ar9331
07100002 tl-wr710n-v2.1 ar9331
08100001 tl-wr810n-v1 qca9531
08100002 tl-wr810n-v2 qca9533
08411002 tl-wr841hp-v2 ar9344
08411003 tl-wr841hp-v3 qca9533
08420001 tl-wr842n-v1 ar7241
08420002 tl-wr842n-v2 ar9341
08420003 tl-wr842n-v3 qca9533
"""
_RAMIPS_MT76X8: Final = """
0c200004 archer-c20-v4 mt7628an
0c200005 archer-c20-v5 mt7628an
001d9ba4 archer-c50-v3 mt7628an
001d589b archer-c50-v4 mt7628an
0c500006 archer-c50-v6 mt7628an
20000005 archer-mr200-v5 mt7628an
20000006 archer-mr200-v6 mt7628an
30200003 tl-mr3020-v3 mt7628an
34200005 tl-mr3420-v5 mt7628an
64000004 tl-mr6400-v4 mt7628an
64000005 tl-mr6400-v5 mt7628an
08010005 tl-wa801nd-v5 mt7628an
08020004 tl-wr802n-v4 mt7628an
08400004 tl-wr840n-v4 mt7628an
08400005 tl-wr840n-v5 mt7628an
08410013 tl-wr841n-v13 mt7628an
08410014 tl-wr841n-v14 mt7628an
08420005 tl-wr842n-v5 mt7628an
08500002 tl-wr850n-v2 mt7628an
000dc88f tl-wr902ac-v3 mt7628an
000dc88f tl-wr902ac-v4 mt7628an
"""
TARGETS: Final = {
    "ath79/tiny": _ATH79_TINY,
    "ath79/generic": _ATH79_GENERIC,
    "ramips/mt76x8": _RAMIPS_MT76X8,
}


def devices(hardware: str) -> tuple[tuple[str, str, str], ...]:
    """What a number of hardware (eight hexadecimal digits) stands for: OpenWrt's device, target and chip."""
    return tuple(
        (device, target, chip)
        for target, rows in TARGETS.items()
        for number, device, chip in (row.split() for row in rows.strip().splitlines())
        if number == hardware.lower()
    )
