"""The catalogue and the code speak of the same events."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import gapless
from gapless.core.audit.catalogue import EVENTS, FACTS, GROUPS, REFUSALS
from gapless.core.text import LANGUAGES

SOURCES = Path(gapless.__file__).parent
LOOKS_LIKE_A_TYPE = re.compile(r"[a-z_]+\.[a-z_]+")


def trees() -> Iterator[ast.AST]:
    for path in SOURCES.rglob("*.py"):
        yield ast.parse(path.read_text("utf-8"))


def strings() -> set[str]:
    nodes = (node for tree in trees() for node in ast.walk(tree))
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def first_words(*verbs: str) -> set[str]:
    """The first argument of every call of these verbs, where it is written out."""
    calls = (n for tree in trees() for n in ast.walk(tree) if isinstance(n, ast.Call))
    said = (c.args[0] for c in calls if getattr(c.func, "id", "") in verbs and c.args)
    return {arg.value for arg in said if isinstance(arg, ast.Constant)}


def test_every_recorded_type_is_in_the_catalogue() -> None:
    assert first_words("record") - EVENTS.keys() == set()
    assert first_words("refuse") - REFUSALS.keys() == set()


def test_every_catalogued_type_is_recorded_somewhere() -> None:
    assert (EVENTS.keys() | REFUSALS.keys()) - strings() == set()


def test_every_label_speaks_three_languages() -> None:
    labels = [*GROUPS.values(), *FACTS.values(), *REFUSALS.values()]
    labels += [kind.label for kind in EVENTS.values()]
    assert all(set(label) == set(LANGUAGES) for label in labels)
    assert all(text.strip() for label in labels for text in label.values())


def test_every_type_is_in_a_group_and_every_group_has_types() -> None:
    assert {kind.group for kind in EVENTS.values()} == GROUPS.keys()


def test_types_are_two_words_with_a_point_between() -> None:
    assert all(
        LOOKS_LIKE_A_TYPE.fullmatch(name) for name in EVENTS.keys() | REFUSALS.keys()
    )
