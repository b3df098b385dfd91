"""The loaders work together, and no template breaks the content policy or its budget."""

import re
from pathlib import Path

import pytest

from tests.web.conftest import Draw

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "src" / "gapless" / "web" / "templates"
STYLES = ROOT / "frontend" / "src" / "css"
EVERY_TEMPLATE = sorted(TEMPLATES.rglob("*.html"))
COMPONENTS = sorted((TEMPLATES / "cotton" / "ui").glob("*.html"))

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "a style element": re.compile(r"<style\b"),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "a javascript address": re.compile(r"javascript:"),
    "an inline script": re.compile(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))"),
    "an address of somebody else": re.compile(r"(?:src|href)=\"(?:https?:)?//"),
}


# What a template computes ({{ tone }}) cannot be read off it; what it branches over can.
COMPUTED = re.compile(r"[\w-]*\{\{.*?\}\}[\w-]*|\{%.*?%\}")


def classes_in(text: str) -> set[str]:
    written = re.findall(r'\bclass="([^"]*)"', text)
    return {name for classes in written for name in COMPUTED.sub(" ", classes).split()}


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


BADGE = "<p><c-ui.badge>{{ word }}</c-ui.badge></p>"
ROW = f"{{% partialdef row inline %}}{BADGE}{{% endpartialdef %}}"


def test_a_component_inside_a_partial_is_drawn(draw: Draw) -> None:
    badge = '<p><span class="badge badge-plain" >late</span> </p>'

    assert draw(ROW, word="late") == badge


def test_a_fragment_is_found_by_its_name(draw: Draw) -> None:
    assert draw(f"<main>{ROW}</main>", "row", word="late").startswith("<p><span")


def test_what_surrounds_a_component_does_not_leak_into_it(draw: Draw) -> None:
    drawn = draw("<c-ui.button>Save</c-ui.button>", href="/elsewhere/", icon="trash")

    assert drawn == '<button type="submit" class="btn btn-plain " >Save</button>'


@pytest.mark.parametrize("path", EVERY_TEMPLATE, ids=name_of)
def test_the_content_policy_blocks_nothing_in(path: Path) -> None:
    text = path.read_text()

    assert [what for what, pattern in INLINE.items() if pattern.search(text)] == []


@pytest.mark.parametrize("path", EVERY_TEMPLATE, ids=name_of)
def test_a_template_is_shorter_than_120_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) < 120


def test_there_are_at_most_25_components() -> None:
    assert len(COMPONENTS) <= 25


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.stem)
def test_the_patterns_page_shows(path: Path) -> None:
    shown = "".join(p.read_text() for p in (TEMPLATES / "patterns").glob("*.html"))
    shown += (TEMPLATES / "base.html").read_text()

    assert f"<c-ui.{path.stem.replace('_', '-')} " in shown.replace(">", " ")


def test_every_class_has_a_rule() -> None:
    """A class without one is a look that somebody believes in and nobody sees."""
    rules = "".join(path.read_text() for path in STYLES.glob("*.css"))
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", rules))

    assert {
        f"{name_of(path)}: {name}"
        for path in EVERY_TEMPLATE
        for name in classes_in(path.read_text()) - known
    } == set()
