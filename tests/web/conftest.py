from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.template.loader import render_to_string
from django.utils import translation

Draw = Callable[..., str]


@pytest.fixture
def draw(tmp_path: Path, settings: LazySettings) -> Draw:
    """Draw a piece of template as the product's loaders would, in English."""
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]

    def drawn(text: str, fragment: str = "", **context: Any) -> str:
        (tmp_path / "piece.html").write_text(text)
        name = f"piece.html#{fragment}" if fragment else "piece.html"
        with translation.override("en"):
            return " ".join(render_to_string(name, context).split())

    return drawn
