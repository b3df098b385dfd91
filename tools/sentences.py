"""
The sentences of the product: every msgid in its Python and its templates, and what is
there without being one (Chinese in the code, English in a template outside a msgid).
"""

import ast
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import extract
from catalogues import ROOT, Sentence
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    **{f"gettext{end}": None for end in ("", "_lazy", "_noop")},
    **{f"ngettext{end}": (1, 2) for end in ("", "_lazy")},
    **{f"pgettext{end}": ((1, "c"), 2) for end in ("", "_lazy")},
    **{f"npgettext{end}": ((1, "c"), 2, 3) for end in ("", "_lazy")},
}
PYTHON = "src/gapless/**/*.py"
TEMPLATES = "src/gapless/web/templates/**/*.*"
SCRIPTS = "frontend/src/**/*.js"
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# With the punctuation: a full stop after a translated sentence is a sentence cut in two.
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, order=True, slots=True)
class Place:
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


def files(pattern: str) -> list[Path]:
    return sorted(
        path
        for path in ROOT.glob(pattern)
        if path.is_file() and "migrations" not in path.parts
    )


def gather() -> dict[Sentence, list[Place]]:
    """Every sentence of the product, and where it stands."""
    found: dict[Sentence, list[Place]] = {}
    for pattern, read in ((PYTHON, of_python), (TEMPLATES, of_template)):
        for path in files(pattern):
            for sentence, line in read(path.read_text("utf-8")):
                place = Place(str(path.relative_to(ROOT)), line)
                found.setdefault(sentence, []).append(place)
    return found


def of_python(source: str) -> Iterator[tuple[Sentence, int]]:
    file = io.BytesIO(source.encode())
    options = {"encoding": "utf-8"}
    for line, msgid, _, context in extract("python", file, KEYWORDS, options=options):
        text, plural = (msgid, "") if isinstance(msgid, str) else msgid[:2]
        yield Sentence(text, plural, context or ""), line


def of_template(source: str) -> Iterator[tuple[Sentence, int]]:
    # Django turns a template into something like Python: calls where sentences stand, and
    # an X for every other sign. Indentation means nothing in it and would trip a parser.
    like_python = "\n".join(line.strip() for line in templatize(source).split("\n"))
    return of_python(like_python)


def chinese_in_code() -> Iterator[Place]:
    """Where Chinese stands outside the catalogues and the data files, comments apart."""
    for pattern, lines in (
        (PYTHON, _chinese_in_python),
        (TEMPLATES, _chinese_in_template),
        (SCRIPTS, _chinese_in_script),
    ):
        for path in files(pattern):
            for line in lines(path.read_text("utf-8")):
                yield Place(str(path.relative_to(ROOT)), line)


def _chinese_in_python(source: str) -> Iterable[int]:
    tree = ast.parse(source)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value)
        and id(node) not in docstrings
    )


def _chinese_in_template(source: str) -> Iterable[int]:
    comments = r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->"
    return _lines(CHINESE, _without(comments, source))


def _chinese_in_script(source: str) -> Iterable[int]:
    return _lines(HAN, _without(r"/\*.*?\*/|(?<!:)//[^\n]*", source))


def _lines(sign: re.Pattern[str], source: str) -> Iterable[int]:
    return (n for n, line in enumerate(source.split("\n"), 1) if sign.search(line))


def _without(pattern: str, source: str) -> str:
    """The source with what matches left out, its line breaks kept."""
    return re.sub(
        pattern, lambda found: "\n" * found[0].count("\n"), source, flags=re.DOTALL
    )


def english_in_templates() -> Iterator[tuple[Place, str]]:
    """Words in a template that no reader of Chinese would find translated."""
    for path in files(TEMPLATES):
        if path.suffix == ".html":
            for line, words in bare_words(path.read_text("utf-8")):
                yield Place(str(path.relative_to(ROOT)), line), words


_NOT_READ = (
    r"{%\s*(blocktranslate|blocktrans)\b.*?{%\s*end\1\s*%}",
    r"<(script|style|code|pre|kbd)\b.*?</\1>",
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->",
    r"{%.*?%}|{{.*?}}",
)
_SAID = ("alt", "aria-label", "hint", "kicker", "label", "placeholder", "sub", "title")
_ATTRIBUTE = re.compile(rf'\s(?:{"|".join(_SAID)})="([^"]*)"')
_WORDS = re.compile(r"(?<![\w-])[A-Za-z]{2,}(?:[ '’-]+[A-Za-z]+)*")
# Names and units that are the same in every language.
_ALIKE = {"Gapless", "CSV", "XLSX", "SERVQUAL", "SERVPERF", "UTC", "JSON", "SHA"}


def bare_words(source: str) -> Iterator[tuple[int, str]]:
    for pattern in _NOT_READ:
        source = _without(pattern, source)
    attributes = [(found.start(1), found[1]) for found in _ATTRIBUTE.finditer(source)]
    texts = [
        (found.start(1), found[1])
        for found in re.finditer(r">([^<>]*)(?=<)", source, flags=re.DOTALL)
    ]
    for start, text in sorted(attributes + texts):
        for found in _WORDS.finditer(re.sub(r"&#?\w+;", lambda m: "·" * len(m[0]), text)):
            if found[0] not in _ALIKE:
                yield source.count("\n", 0, start + found.start()) + 1, found[0]
