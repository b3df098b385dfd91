"""The documentation is whole: what it links to, names and shows is there."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands

from gapless.cli.__main__ import OURS
from tests.docs.pages import PAGES, ROOT, blocks, inline_code, name_of, prose

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
# As addresses of packages are kept out of the code, so out of the pages about it.
REGISTRY = re.compile(r"py(pi|thonhosted)\.|npm(js)?\.(org|com)|registry\.|--index-url")
MACHINE = re.compile(r"(?<![\w.])/(home|root|tmp|work|Users|usr/local)/")
OUR_FOLDERS = ("src/", "tests/", "tools/", "docs/", "frontend/", "requirements/", ".ci/")


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as GitHub makes them."""
    titles = HEADING.findall(prose(page))
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.strip().replace(" ", "-") for title in plain}


def broken(page: Path) -> list[str]:
    found = []
    for target in LINK.findall(prose(page)):
        path, _, anchor = unquote(target).partition("#")
        if re.match(r"\w+:", path):
            continue
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            found.append(target)
    return found


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert broken(document) == []


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_path_in_a_page_is_there(document: Path) -> None:
    named = [code for code in inline_code(document) if code.startswith(OUR_FOLDERS)]
    plain = [code for code in named if not re.search(r"[<>*{ ]", code)]

    assert [code for code in plain if not (ROOT / code).exists()] == []


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_no_page_names_a_registry_or_somebodys_machine(document: Path) -> None:
    text = document.read_text("utf-8")

    assert [found[0] for found in (*REGISTRY.finditer(text), *MACHINE.finditer(text))] == []


def commands(page: Path) -> list[list[str]]:
    """The words of every command on a page: inline, or a line of a shell block."""
    texts = [block.text for block in blocks(page) if block.language in ("sh", "console")]
    lines = [line for text in texts for line in text.replace("\\\n", " ").splitlines()]
    shell = [line.removeprefix("$ ") for line in lines]
    started = [
        c for c in (*inline_code(page), *shell) if re.match(r"(\S*/)?(make|gapless) ", c)
    ]
    return [shlex.split(command, comments=True) for command in started]


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_command_of_a_page_is_there(document: Path) -> None:
    known = targets(), OURS.keys() | get_commands().keys()
    unknown = [
        words
        for words in commands(document)
        if words[1] not in known[words[0].endswith("gapless")]
        and not words[1].isupper()  # COMMAND, a blank to fill in
    ]

    assert unknown == []


def options(name: str) -> set[str]:
    """The options that the command line reference knows, for a command."""
    page = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    section = page.partition(f"## gapless {name}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"--[a-z][a-z-]*", section))


@pytest.mark.parametrize("document", PAGES, ids=name_of)
def test_every_option_of_a_command_is_there(document: Path) -> None:
    unknown = [
        (words[1], word)
        for words in commands(document)
        for word in words[2:]
        if words[0].endswith("gapless") and words[1] in OURS and word.startswith("--")
        if word.partition("=")[0] not in options(words[1])
    ]

    assert unknown == []


def gapless(arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "gapless.cli", *shlex.split(arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


GAP = "gap docs/examples/answers.csv --map docs/examples/map.csv --scale 1-7"


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_gap_table_of_the_readme_is_what_the_command_prints(name: str) -> None:
    shown = next(b.text for b in blocks(ROOT / name) if "answers.csv: 25 rows" in b.text)
    command, *lines = shown.splitlines()
    printed = gapless(GAP).splitlines()

    assert command == f"$ .venv/bin/gapless {GAP}"
    assert [line for line in lines if line not in (*printed, "…")] == []


def test_the_example_prints_json_too() -> None:
    found = json.loads(gapless(f"{GAP} --json"))

    assert found["rows"] == 25
    assert [each["dimension"] for each in found["dimensions"]] == [
        "reliability",
        "responsiveness",
        "tangibles",
    ]
