"""
The sentences of the product in three languages: `make messages`.

    tools/messages.py              gather them, bring the catalogues up to date, compile
    tools/messages.py --words DIR  … and take in the translations of a folder's *.tsv
    tools/messages.py --check      only say what is missing, wrong or no longer used
    tools/messages.py compile      only compile (needs nothing but Babel)

Simplified Chinese is written by people, in the .po or in a .tsv (columns: English,
simplified, traditional or nothing; no heading). Traditional Chinese is converted from it,
except where somebody wrote it: in the third column, or in the .po under the comment
“Written, not converted.”, which keeps a sentence from being converted again.
"""

import argparse
import sys
from pathlib import Path

import catalogues


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "action", nargs="?", choices=["update", "compile"], default="update"
    )
    parser.add_argument("--check", action="store_true", help="change nothing, only report")
    parser.add_argument("--words", type=Path, metavar="DIR", help="lists to take in")
    asked = parser.parse_args(arguments)
    if asked.action == "compile":
        catalogues.compile_all()
        return 0
    import translating  # noqa: PLC0415  # a wheel is built where Django and OpenCC are not

    if not asked.check:
        for remark in translating.update(asked.words):
            print(remark)
        catalogues.compile_all()
    found = list(translating.problems())
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
