"""Two assessments side by side, requirement counts by framework: what one release mended of the other's gaps.

beside.py OLD.json NEW.json      two JSON reports of `roadworthy assess`
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

WORDS = {"gap": "missing", "unknown": "open", "set_aside": "set aside", "met": "met", "not_applicable": "n/a"}


def main() -> None:
    """Print the table, and what the new one mended."""
    old, new = (chapters(Path(each)) for each in sys.argv[1:3])
    print(f"{'framework':<12}" + "".join(f"{word:>20}" for word in WORDS.values()))
    for name, own in new.items():
        before, after = (Counter(each[name].values()) for each in (old, new))
        print(f"{name:<12}" + "".join(f"{f'{before[key]} → {after[key]}':>20}" for key in WORDS))
        mended = [each for each, verdict in own.items() if old[name][each] == "gap" and verdict != "gap"]
        worse = [each for each, verdict in own.items() if verdict == "gap" and old[name][each] != "gap"]
        print(f"  no longer missing: {', '.join(mended) or 'nothing'}")
        if worse:
            print(f"  missing only now: {', '.join(worse)}")


def chapters(path: Path) -> dict[str, dict[str, str]]:
    """Verdicts by framework and requirement."""
    body: dict[str, Any] = json.loads(path.read_text("utf-8"))["body"]
    return {
        chapter["id"]: {each["requirement"]: each["verdict"] for each in chapter["requirements"]}
        for chapter in body["frameworks"]
    }


if __name__ == "__main__":
    main()
