"""Small files to look at: their headers name what a file of units or people may hold."""

from __future__ import annotations

from gapless.people.org.choices import About, Role, UnitKind
from gapless.people.org.file_columns import CLOSED
from gapless.people.org.going_out import PERSON_COLUMNS, UNIT_COLUMNS

Sample = tuple[list[str], list[list[str]]]


def sample(about: About) -> Sample:
    return _units() if about is About.UNITS else _people()


def _units() -> Sample:
    week = ["09:00–18:00"] * 5 + ["10:00–16:00", str(CLOSED)]
    city, hall = str(UnitKind.CITY.label), str(UnitKind.HALL.label)
    zone = "Asia/Shanghai"
    return [str(column.label) for column in UNIT_COLUMNS], [
        ["JZ", "Jinzhou", city, "", "", zone, "", *[""] * 7],
        ["JZ-0103", "Guta", hall, "JZ", "1 Renmin Street", zone, "5200", *week],
    ]


def _people() -> Sample:
    manager, agent = str(Role.UNIT_MANAGER.label), str(Role.AGENT.label)
    return [str(column.label) for column in PERSON_COLUMNS], [
        ["Li Na", "li.na", "li.na@example.com", "zh-hans", "", manager, "JZ-0103", "", ""],
        ["Li Na", "li.na", "", "", "", agent, "JZ", "2026-03-01", "2026-09-01"],
    ]
