"""Text can be read in both themes: design.md §2, held against tokens.css itself."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "frontend" / "src" / "css" / "tokens.css"
PAIR = re.compile(r"--g-([\w-]+):\s*light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOURS = {name: (light, dark) for name, light, dark in PAIR.findall(TOKENS.read_text())}
THEMES = {"light": 0, "dark": 1}

SOFT = ("short", "over", "soon", "brand")
TEXT_ON = [
    # WCAG 2.2, 1.4.3: text needs 4.5:1
    *(
        (text, ground)
        for text in ("ink", "ink-2")
        for ground in ("page", "surface", "sunk")
    ),
    *(("ink-3", ground) for ground in ("page", "surface", "sunk")),
    *((text, "surface") for text in ("brand", "short", "over", "soon", "even", "unsure")),
    *((tone, f"{tone}-soft") for tone in SOFT),
    *((text, f"{tone}-soft") for tone in SOFT for text in ("ink", "ink-2")),
    *(("ink", step) for step in ("s1", "s2", "o1", "o2")),
    ("on-short", "s3"),
    ("on-over", "o3"),
    ("on-brand", "brand"),
    ("brand", "page"),
]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(text: str, ground: str, theme: str) -> None:
    side = THEMES[theme]

    assert contrast(COLOURS[text][side], COLOURS[ground][side]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_borders_of_controls_can_be_seen(theme: str) -> None:
    side = THEMES[theme]

    # WCAG 2.2, 1.4.11: what a control is recognised by needs 3:1
    assert contrast(COLOURS["line-strong"][side], COLOURS["surface"][side]) >= 3
