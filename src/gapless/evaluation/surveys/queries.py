"""Reads of imports and what they would do. Each starts with who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from gapless.core.imports.cells import tidy
from gapless.core.imports.choices import State
from gapless.core.imports.long_tables import widened
from gapless.core.imports.mapping import FileMap
from gapless.core.imports.models import Import, ImportQuerySet
from gapless.core.imports.queries import batches, mending_of, table_of
from gapless.core.imports.rows import Places, outcomes
from gapless.core.imports.rules import BUSY, Sorted
from gapless.core.imports.tables import Table
from gapless.core.instruments.models import (
    Answer,
    Draft,
    Form,
    FormVersion,
    Item,
    Section,
    VersionDimension,
)
from gapless.core.instruments.queries import draft_of
from gapless.core.instruments.rules import VersionDraft
from gapless.core.jobs.choices import State as JobState
from gapless.core.text import LANGUAGES, LanguageMap
from gapless.people.org.models import Unit, UnitQuerySet, under
from gapless.people.org.queries import units_for
from gapless.people.org.rules import Policy, Viewer
from gapless.requirements.characteristics.models import (
    Characteristic,
    Dimension,
    ItemCharacteristic,
)

from .rules import Recoding, draft, recoding


def visible_imports(viewer: Viewer) -> ImportQuerySet:
    """The files that came in for units within reach of whoever may import."""
    paths = viewer.paths(Policy.IMPORT)
    imports: ImportQuerySet = Import.objects.filter(under("within__path", paths))
    return imports.select_related("within", "created_by", "version__form")


def importable_units(viewer: Viewer, *, below: Unit | None = None) -> UnitQuerySet:
    """The units for which the viewer may bring answers in; from one unit down, if given."""
    units = units_for(viewer, Policy.IMPORT)
    if below is None:
        return units
    inside: UnitQuerySet = units.filter(path__startswith=below.path)
    return inside


def places(within: Unit) -> Places:
    """The units that a file may name, by code and by name."""
    found: dict[str, Unit | None] = {}
    units = list(Unit.objects.within([within.path]))
    for unit in units:
        name = tidy(unit.name).casefold()
        found[name] = None if name in found else unit
    # A code names one unit for certain, even if another unit's name is spelled like it.
    return found | {unit.code.casefold(): unit for unit in units}


def dimension_names() -> dict[str, LanguageMap]:
    """By code, the dimensions of every set; the leading set wins."""
    known = Dimension.objects.order_by("dimension_set__leading", "-dimension_set__position")
    return dict(known.values_list("code", "name"))


def dimension_codes() -> dict[str, str]:
    """By code and by name in any language, in lower case: what to call a dimension."""
    codes: dict[str, str] = {}
    for code, name in dimension_names().items():
        codes |= {said.casefold(): code for said in (code, *name.values())}
    return codes


def draft_for(file_map: FileMap, language: str) -> VersionDraft:
    """The form version that the file's columns would make."""
    return draft(file_map, dimension_names(), language)


def version_for(
    file_map: FileMap, *, rather: FormVersion | None = None
) -> FormVersion | None:
    """
    The latest published version of the mapped form under which they can count.

    :param rather: before all others: mended rows are the same answers only where the
        other rows of their file are.
    """
    wanted = draft(file_map, {}, "")
    versions = FormVersion.objects.published().filter(
        form__code=file_map.form, expectation_type=wanted.expectation_type
    )
    latest = versions.order_by("-number").prefetch_related("items")
    for version in sorted(latest, key=lambda version: version != rather):
        if recoding(wanted, draft_of(version)) is not None:
            return version
    return None


def recoding_for(file_map: FileMap, version: FormVersion) -> Recoding:
    """How the values of the file become those of the version that its import has."""
    return recoding(draft(file_map, {}, ""), draft_of(version)) or Recoding()


def mapped_table(import_: Import) -> Table:
    """
    The file as its mapping understands it: of a long file, a row for each answer.

    :raises UnreadableFile: when it cannot be read.
    """
    return widened(table_of(import_), FileMap.from_json(import_.mapping))


def batches_of(import_: Import, *, now: datetime) -> Iterator[Sorted]:
    """
    The rows of an import that are still to come, in batches; those that are done are
    passed by in batches without rows.

    :raises UnreadableFile: where nothing after a line can be trusted.
    """
    mending = mending_of(import_)
    every = outcomes(
        mapped_table(import_),
        FileMap.from_json(import_.mapping),
        places(import_.within),
        now=now,
        done=import_.rows,
        mending=mending,
    )
    return batches(every, mending.lines if mending else None)


def is_stuck(import_: Import) -> bool:
    """Whether the import waits for a job that has given up."""
    busy = State(import_.state) in BUSY
    return busy and (import_.job is None or import_.job.state == JobState.FAILED)


def visible_forms(viewer: Viewer) -> QuerySet[Form]:
    """Forms belong to the whole organisation."""
    if not viewer.holds(Policy.SEE_FORMS):
        return Form.objects.none()
    return Form.objects.prefetch_related("versions").order_by("code")


def editable_forms(viewer: Viewer) -> QuerySet[Form]:
    """The forms that the viewer may design anew; also those that were never published."""
    if not viewer.holds(Policy.EDIT_FORMS):
        return Form.objects.none()
    return Form.objects.select_related("draft").order_by("code")


def visible_drafts(viewer: Viewer) -> QuerySet[Draft]:
    """What is being designed, last changed first, for those who may edit it."""
    drafts = Draft.objects.filter(form__in=editable_forms(viewer).order_by())
    return drafts.select_related("form", "changed_by").order_by("-changed_at", "-pk")


def visible_versions(viewer: Viewer, words: str = "") -> QuerySet[FormVersion]:
    """The versions of forms whose code or name has these words."""
    versions = FormVersion.objects.filter(form__in=visible_forms(viewer))
    if words:
        named = Q()
        for language in LANGUAGES:
            named |= Q(**{f"form__name__{language}__icontains": words})
        versions = versions.filter(Q(form__code__icontains=words) | named)
    return versions.select_related("form").order_by("form__code", "-number")


@dataclass(frozen=True, slots=True)
class Counted:
    """A version, and how many answers to it lie within the viewer's reach."""

    version: FormVersion
    items: int
    answers: int


def with_answers(viewer: Viewer, versions: Iterable[FormVersion]) -> list[Counted]:
    """The versions with their counts, in three queries however many they are."""
    versions = list(versions)
    keys = [version.pk for version in versions]
    answers = Answer.objects.filter(
        version__in=keys, unit__in=units_for(viewer, Policy.SEE_FORMS).order_by()
    )
    counted = dict(answers.values_list("version").annotate(n=Count("pk")).order_by())
    items = Item.objects.filter(version__in=keys).order_by()
    asked = dict(items.values_list("version").annotate(n=Count("pk")))
    return [Counted(v, asked.get(v.pk, 0), counted.get(v.pk, 0)) for v in versions]


@dataclass(frozen=True, slots=True)
class Wording:
    """How an item is put in one language."""

    language: str
    text: str
    expectation: str
    perception: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An item as its version froze it, and the characteristic it asks about."""

    item: Item
    dimension: VersionDimension | None
    characteristic: Characteristic | None

    @property
    def wordings(self) -> list[Wording]:
        texts = (self.item.text, self.item.expectation_text, self.item.perception_text)
        return [
            Wording(language, *(text.get(language, "") for text in texts))
            for language in LANGUAGES
        ]


def sections_of(version: FormVersion) -> list[tuple[Section, list[Asked]]]:
    """What a version asks, section by section."""
    dimensions = {dimension.code: dimension for dimension in version.dimensions.all()}
    links = ItemCharacteristic.objects.filter(item__version=version)
    about = {
        link.item_id: link.characteristic for link in links.select_related("characteristic")
    }
    return [
        (
            section,
            [
                Asked(item, dimensions.get(item.dimension), about.get(item.pk))
                for item in section.items.all()
            ],
        )
        for section in version.sections.prefetch_related("items")
    ]


def answers_in(import_: Import) -> int:
    """How many of an import's answers are in now."""
    return Answer.objects.filter(batch=import_.batch).count()
