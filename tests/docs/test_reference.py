"""The reference pages say what the code says: no setting, command or term left out."""

import ast
import inspect
import pkgutil

import catalogues
import methods
import pytest
import reference

import gapless_stats
from gapless import settings
from gapless.cli.__main__ import OURS
from tests.docs.pages import DOCS, ROOT, prose

REFERENCE = DOCS / "reference"
READS = ("env.str", "env.int", "env.list", "env.bool", "env.email_url")


@pytest.mark.parametrize("name", reference.SECTIONS)
def test_what_is_read_off_the_code_is_up_to_date(name: str) -> None:
    page = (REFERENCE / name).read_text("utf-8")

    assert page == reference.written(name), "Run `.venv/bin/python tools/reference.py`."


def test_the_index_of_the_library_names_every_module_once() -> None:
    """Its families are those of the page; compiled loops are a detail of `rows`."""
    listed = sorted(area for _, areas in methods.families() for area in areas)
    there = {each.name for each in pkgutil.iter_modules(gapless_stats.__path__)}

    assert listed == sorted(there - {"compiled"})


def test_every_command_is_described() -> None:
    page = (REFERENCE / "cli.md").read_text("utf-8")

    assert [name for name in OURS if f"## gapless {name}\n" not in page] == []


def variables() -> dict[str, object]:
    """What the settings read from the environment, and what they assume without it."""
    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(settings)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READS
    ]
    defaults = [{k.arg: k.value for k in call.keywords}.get("default") for call in calls]
    return {
        ast.literal_eval(call.args[0]): default and _literal(default)
        for call, default in zip(calls, defaults, strict=True)
    }


def _literal(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def rows(name: str) -> list[list[str]]:
    """The cells of every table row of a reference page."""
    lines = prose(REFERENCE / name).splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in lines
        if line.startswith("| ")
    ]


def test_every_setting_is_described_and_no_other() -> None:
    described = [row[0].strip("`") for row in rows("settings.md")[1:]]

    assert sorted(described) == sorted(variables())


def test_the_defaults_of_settings_are_as_described() -> None:
    said = {row[0].strip("`"): row[1] for row in rows("settings.md")}
    plain = {name: value for name, value in variables().items() if value not in ("", None)}

    assert {name: f"`{value}`" for name, value in plain.items()} == {
        name: said[name] for name in plain
    }


def test_nothing_but_the_settings_reads_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "src").rglob("*.py")
        if "os.environ.get" in (text := path.read_text("utf-8")) or "os.getenv" in text
    }

    # Both ask whether the key is given by the environment rather than by its file.
    assert readers == {
        "src/gapless/cli/management/commands/init.py",
        "src/gapless/wsgi.py",
    }


def terms() -> dict[str, tuple[str, str]]:
    """The glossary: English without its remark → simplified and traditional Chinese."""
    found = {}
    for english, simplified, traditional, *_ in rows("glossary.md"):
        for term in english.partition(" (")[0].split(", "):
            found[term] = (simplified, traditional)
    return found


@pytest.mark.parametrize(("locale", "place"), [(catalogues.HANS, 0), (catalogues.HANT, 1)])
def test_the_glossary_uses_the_words_of_the_pages(locale: str, place: int) -> None:
    said = {
        sentence.text.lower(): translation.text
        for sentence, translation in catalogues.read(catalogues.path_of(locale)).items()
    }
    both = {
        term: (said[term], words[place])
        for term, words in terms().items()
        if said.get(term)
    }

    assert both
    assert {t: pair for t, pair in both.items() if pair[0] not in pair[1].split("、")} == {}
