"""The oracle: yangson, which validates files by the modules of the IETF as they stand."""

import json
import re
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
ORACLE = REPOSITORY / ".dev/oracle"
CHECK = """
import json, sys
from yangson import DataModel
from yangson.enumerations import ContentType
model = DataModel.from_file(sys.argv[1], sys.argv[2:])
for line in sys.stdin:
    try:
        model.from_raw(json.loads(line)).validate(ctype=ContentType.config)
        print("valid")
    except Exception as error:
        print("invalid", repr(error).replace("\\n", " "))
"""


def command(folder: Path) -> list[str]:
    """The command that asks yangson about one file a line."""
    modules = ORACLE / "share/yang/modules/ietf"
    (folder / "check.py").write_text(CHECK)
    wanted = (
        "ietf-access-control-list", "ietf-packet-fields", "ietf-ethertypes", "ietf-mud", "ietf-acldns",
        "ietf-inet-types", "ietf-yang-types", "ietf-interfaces",
    )  # fmt: skip
    known = []
    for name in wanted:
        text = (modules / f"{name}.yang").read_text()
        revision = max(re.findall(r"^\s*revision \"?([0-9-]{10})", text, re.MULTILINE))
        (folder / f"{name}@{revision}.yang").write_text(text)
        space = text.split("namespace")[1].split('"')[1]
        imported = name in {"ietf-inet-types", "ietf-yang-types", "ietf-packet-fields", "ietf-ethertypes"}
        features = [each.split()[0].strip("{") for each in text.split("\n  feature ")[1:]]
        known.append(
            {
                "name": name, "revision": revision, "namespace": space,
                "conformance-type": "import" if imported else "implement", "feature": features,
            }
        )  # fmt: skip
    library = {"ietf-yang-library:modules-state": {"module-set-id": "x", "module": known}}
    (folder / "library.json").write_text(json.dumps(library))
    return [str(ORACLE / "bin/python"), str(folder / "check.py"), str(folder / "library.json"), str(folder)]


def ask(library: list[str], lines: list[bytes]) -> list[str]:
    given_ = "\n".join(json.dumps(json.loads(each)) for each in lines)
    done = subprocess.run(library, input=given_, capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    return done.stdout.splitlines()
