"""
The catalogues of the product's sentences: one .po for each Chinese script, read, written
and compiled with Babel alone, so that building a wheel needs nothing else. English has
none: the sentences stand in the code in English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "src/gapless/web/locale"
HANS, HANT = "zh_Hans", "zh_Hant"
# A sentence of the traditional catalogue that a person wrote and no conversion replaces.
WRITTEN = "Written, not converted."
# What Babel puts into a header and what would differ from run to run, or say nothing.
_NOISE = (
    "Project-Id-Version",
    "Report-Msgid-Bugs-To",
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
    "MIME-Version",
    "Generated-By",
)


@dataclass(frozen=True, order=True, slots=True)
class Sentence:
    """What stands in the code: the key of a translation."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def msgid(self) -> str | tuple[str, str]:
        return (self.text, self.plural) if self.plural else self.text


@dataclass(frozen=True, slots=True)
class Translation:
    text: str
    written: bool = False  # by a person; see WRITTEN


Translations = Mapping[Sentence, Translation]


def path_of(locale: str) -> Path:
    return LOCALE / locale / "LC_MESSAGES/django.po"


def read(path: Path) -> dict[Sentence, Translation]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = read_po(file)
    return {
        _sentence(message.id, message.context): Translation(
            _one(message.string), WRITTEN in message.user_comments
        )
        for message in catalog
        if message.id
    }


def _sentence(msgid: str | Iterable[str], context: str | None) -> Sentence:
    singular, plural = (msgid, "") if isinstance(msgid, str) else msgid
    return Sentence(singular, plural, context or "")


def _one(string: str | Iterable[str] | None) -> str:
    """The translation; Chinese has one form for every number."""
    return string if isinstance(string, str) else "".join(string or ())


def write(path: Path, locale: str, translations: Translations) -> None:
    """Sorted, without places, dates or names, so that only sentences make a difference."""
    catalog = Catalog(locale=locale, header_comment="", charset="utf-8", fuzzy=False)
    for sentence, translation in sorted(translations.items()):
        catalog.add(
            sentence.msgid,
            (translation.text,) if sentence.plural else translation.text,
            user_comments=[WRITTEN] if translation.written else [],
            context=sentence.context or None,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=0, no_location=True, sort_output=True)
    kept = [
        line
        for line in path.read_text("utf-8").splitlines()
        if not line.startswith(tuple(f'"{name}:' for name in _NOISE))
    ]
    path.write_text("\n".join(kept).strip() + "\n", "utf-8")


def compile_all() -> list[Path]:
    """Write the .mo beside each .po that the product reads; return what was written."""
    made = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        with source.open("rb") as file:
            catalog = read_po(file, locale=source.parent.parent.name)
        target = source.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalog)
        made.append(target)
    return made
