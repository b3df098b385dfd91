"""What the pages of an import find, and nothing out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from gapless.evaluation.surveys import queries
from gapless.web.http import Request

if TYPE_CHECKING:
    from gapless.core.imports.models import Import
    from gapless.people.org.models import UnitQuerySet


def find_import(request: Request, pk: int) -> Import:
    return get_object_or_404(queries.visible_imports(request.viewer), pk=pk)


def units_of(request: Request, import_: Import) -> UnitQuerySet:
    """The units that rows of this import may name."""
    return queries.importable_units(request.viewer, below=import_.within)
