"""Bringing the catalogues up to date with the product's sentences, and checking them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten

import catalogues
import sentences
from catalogues import HANS, HANT, Sentence, Translation, Translations
from chinese import Converter, terms

# Blanks, and the tags of a sentence that holds some: a lost one breaks the page.
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdrf%]|\{\w*\}|</?[a-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Words:
    """How somebody said an English sentence in Chinese; without traditional, convert."""

    simplified: str
    traditional: str = ""


WordList = dict[str, Words]


def update(words: Path | None) -> list[str]:
    """Write both catalogues anew; return what is odd about the lists."""
    listed, remarks = word_list(words) if words else ({}, [])
    wanted = list(sentences.gather())
    simplified, traditional = merged(
        wanted,
        catalogues.read(catalogues.path_of(HANS)),
        catalogues.read(catalogues.path_of(HANT)),
        listed,
        Converter(terms()),
    )
    catalogues.write(catalogues.path_of(HANS), HANS, simplified)
    catalogues.write(catalogues.path_of(HANT), HANT, traditional)
    said = {text.replace("%%", "%") for s in wanted for text in (s.text, s.plural)}
    unsaid = sorted(english for english in listed if english.replace("%%", "%") not in said)
    return remarks + [f"“{english}” is in a list and nowhere else." for english in unsaid]


def merged(
    wanted: list[Sentence],
    old_simplified: Translations,
    old_traditional: Translations,
    listed: WordList,
    convert: Converter,
) -> tuple[dict[Sentence, Translation], dict[Sentence, Translation]]:
    """What each catalogue shall say: lists win over catalogues, people over conversion."""
    simplified: dict[Sentence, Translation] = {}
    traditional: dict[Sentence, Translation] = {}
    for sentence in wanted:
        words = _look_up(listed, sentence)
        old = old_simplified.get(sentence, Translation(""))
        simplified[sentence] = Translation(words.simplified or old.text)
        kept = old_traditional.get(sentence, Translation(""))
        if words.traditional:
            traditional[sentence] = Translation(words.traditional, written=True)
        elif kept.written:
            traditional[sentence] = kept
        else:
            traditional[sentence] = Translation(convert(simplified[sentence].text))
    return simplified, traditional


def _look_up(listed: WordList, sentence: Sentence) -> Words:
    for text in (sentence.plural, sentence.text):
        if text in listed:
            return listed[text]
        # A template doubles the percent sign of its sentences; people write one.
        single = text.replace("%%", "%")
        if single in listed:
            found = listed[single]
            return Words(_doubled(found.simplified), _doubled(found.traditional))
    return Words("")


def _doubled(text: str) -> str:
    return re.sub(r"%(?!\()", "%%", text)


def word_list(folder: Path) -> tuple[WordList, list[str]]:
    """The translations of all lists; of two for one sentence the first, which is said."""
    listed: WordList = {}
    contradictions = []
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            english, *chinese = (
                cell.strip().replace("\\n", "\n") for cell in line.split("\t")
            )
            if not english or not chinese or not chinese[0] or english == "msgid":
                continue
            words = Words(*chinese[:2])
            if listed.setdefault(english, words).simplified != words.simplified:
                contradictions.append(
                    f"{path.name}: “{english}” is said as “{listed[english].simplified}” "
                    f"in an earlier list and as “{words.simplified}” here."
                )
    return listed, contradictions


def problems() -> Iterator[str]:
    """What keeps a reader of Chinese from reading, each in one line."""
    wanted = sentences.gather()
    simplified, traditional = (
        catalogues.read(catalogues.path_of(locale)) for locale in (HANS, HANT)
    )
    for sentence, places in sorted(wanted.items()):
        if flaw := flaw_of(sentence, simplified.get(sentence)):
            yield f"{places[0]}: {HANS}: “{_short(sentence)}” {flaw}."
        elif flaw := flaw_of(sentence, traditional.get(sentence)):
            yield f"{places[0]}: {HANT}: “{_short(sentence)}” {flaw}."
    for sentence in sorted({*simplified, *traditional} - set(wanted)):
        yield f"“{_short(sentence)}” is no longer used; run `make messages`."
    for sentence in stale(simplified, traditional, Converter(terms())):
        yield f"{HANT}: “{_short(sentence)}” is not as converted; run `make messages`."
    for place in sentences.chinese_in_code():
        yield f"{place}: Chinese stands outside a catalogue or a data file."
    for place, words in sentences.english_in_templates():
        yield f"{place}: “{words}” stands outside a translated sentence."


def _short(sentence: Sentence) -> str:
    return shorten(sentence.text, 90, placeholder=" …")


def flaw_of(sentence: Sentence, translation: Translation | None) -> str:
    if translation is None:
        return "is missing; run `make messages`"
    if not translation.text:
        return "has no translation"
    wanted = placeholders(sentence.plural or sentence.text)
    found = placeholders(translation.text)
    if found == wanted:
        return ""
    return f"has the blanks {_listed(wanted)}, its translation {_listed(found)}"


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text)) - {"%%"}


def _listed(blanks: set[str]) -> str:
    return " ".join(sorted(blanks)) or "none"


def stale(
    simplified: Mapping[Sentence, Translation],
    traditional: Mapping[Sentence, Translation],
    convert: Converter,
) -> Iterator[Sentence]:
    """What was converted from words, or by terms, that have changed since."""
    for sentence, translation in sorted(traditional.items()):
        source = simplified.get(sentence)
        if source and not translation.written and translation.text != convert(source.text):
            yield sentence
