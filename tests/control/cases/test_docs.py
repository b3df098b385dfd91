"""The tables of docs/concepts/cases.md are those of the rules."""

from collections.abc import Iterable
from pathlib import Path

from gapless.control.cases import rules
from gapless.control.cases.choices import Fact, Kind, Severity, State

PAGE = Path(__file__).resolve().parents[3] / "docs" / "concepts" / "cases.md"
EVERY = {
    frozenset(State): "in any state",
    rules.OPEN: "while it is open",
    rules.IN_HAND: "in hand",
}


def lines() -> list[str]:
    return PAGE.read_text("utf-8").splitlines()


def states(some: frozenset[State]) -> str:
    if some in EVERY:
        return EVERY[some]
    if some > rules.IN_HAND:
        return "in hand, " + states(some - rules.IN_HAND)
    return ", ".join(str(state.label).lower() for state in State if state in some)


def joined(words: Iterable[str]) -> str:
    return ", ".join(words)


def test_the_table_of_moves() -> None:
    said = lines()
    for step, move in rules.MOVES.items():
        after = str(move.after.label).lower() if move.after else ""
        decides = "whoever decides" if move.decides else ""
        row = (step.label, states(move.before), after, joined(move.heard), decides)
        # An empty cell is one space, as in every table of the documentation.
        line = "".join(f"| {cell} " if cell else "| " for cell in row) + "|"
        assert line in said


def test_the_table_of_severities() -> None:
    said = lines()
    for row in rules.SHIPPED:
        severity = Severity(row.severity).label
        facts = joined(str(fact.label).lower() for fact in Fact if fact in row.facts)
        kinds = joined(str(kind.label).lower() for kind in Kind if kind in row.kinds)
        applies = facts or kinds or "anything else"
        assert f"| {severity} | {applies} |" in said, (severity, applies)
