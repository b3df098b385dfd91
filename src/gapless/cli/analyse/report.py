"""The whole report: every section, in the order in which questions arise."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gapless.cli.analyse.content import Report
from gapless.cli.analyse.data import Data
from gapless.cli.analyse.sections import (
    adequacy,
    confirmatory,
    drivers,
    gaps,
    ipa,
    kano,
    recommend,
    reliability,
    surface,
    validity,
    weights,
)
from gapless.cli.analyse.sections import data as read
from gapless.cli.analyse.sections.factors import fitted
from gapless.cli.analyse.words import Refusals


def report(data: Data, *, file: str, map_name: str, where: str = "") -> Report:
    """Everything that can be said of these answers, in the language now active."""
    refusals = Refusals()
    models = fitted(data, refusals)
    about = [(_("File"), file), (_("Map"), map_name)]
    if where:
        about.append((_("Only rows where"), where))
    return Report(
        _("Analysis of %(file)s") % {"file": file},
        tuple(about),
        (
            read.section(data),
            gaps.section(data),
            reliability.section(data),
            adequacy.section(data),
            confirmatory.section(models, refusals.sentences),
            validity.section(models),
            ipa.section(data),
            kano.section(data),
            drivers.section(data),
            surface.section(data),
            recommend.section(data),
            weights.section(data),
        ),
    )
