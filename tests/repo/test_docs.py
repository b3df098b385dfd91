"""Every link of the documents leads somewhere, and every command in them exists."""

import re
from urllib.parse import unquote

import pytest

from .tracked import ROOT, name_of, tracked

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
TARGETS = re.compile(r"^([a-z-]+):", re.MULTILINE)
COMMAND = re.compile(r"^[`\s]*(?:\$ )?make ([a-z-]+)\b", re.MULTILINE)
CODE = re.compile(r"```.*?```", re.DOTALL)


def anchors(text):
    """The anchors of a document's headings, as forges make them."""
    for heading in HEADING.findall(text):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        yield plain.strip().replace(" ", "-")


def leads_nowhere(document, link):
    path, _, anchor = unquote(link).partition("#")
    there = (document.parent / path).resolve() if path else document
    if not there.exists():
        return True
    return (
        bool(anchor) and there.suffix == ".md" and anchor not in anchors(there.read_text())
    )


@pytest.mark.parametrize("document", tracked(".md"), ids=name_of)
def test_every_link_leads_somewhere(document):
    links = LINK.findall(CODE.sub("", document.read_text()))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if leads_nowhere(document, link)] == []


@pytest.mark.parametrize("document", tracked(".md"), ids=name_of)
def test_every_make_command_exists(document):
    known = set(TARGETS.findall((ROOT / "Makefile").read_text()))
    written = re.findall(r"`[^`]*`", CODE.sub("", document.read_text()))
    blocks = CODE.findall(document.read_text())
    used = {name for part in (*written, *blocks) for name in COMMAND.findall(part)}
    assert used - known == set()
