"""The table of what ``gapless_stats`` can do, read off its docstrings."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType

import gapless_stats

ROW = "| {} | {} | {} |\n"
HEADER = ROW.format("function", "what it gives", "source") + ROW.format(*["---"] * 3)

NAME = r"(?:(?:de|van|von) )?[A-ZÅÄÖ][\w’'-]+"
OTHERS = rf"(?:, {NAME})*(?:,? and {NAME}|,? et al\.)?"
CITATION = re.compile(rf"({NAME}{OTHERS}) \(?((?:1[6-9]|20)\d\d)\b")
STANDARD = re.compile(r"\b(?:ISO|IEC) \d+(?::\d{4})?")
OWN = re.compile(r"domain\.md \d[\d.]*\d")
# A full stop, but not that of an initial or of "eq. 3".
SOURCE = re.compile(r"Source: (.+?)(?<! [A-Z])\.(?= [A-Z]| ?$)")
END_OF_SENTENCE = re.compile(r"[.;](?= [A-Z]|$)|:$")


def statistics() -> str:
    """Every public function of the library, family by family."""
    parts = []
    for family, areas in families():
        tables = "".join(map(_table, _modules(areas)))
        if tables:
            parts.append(f"## {family}\n{tables}")
    return "\n".join(parts)


def families() -> Iterator[tuple[str, list[str]]]:
    """The families of the library's index, each with its modules and packages."""
    for entry in (gapless_stats.__doc__ or "").split("\n- ")[1:]:
        name, _, rest = entry.partition(":")
        yield name, re.findall(r"``(\w+)``", rest.split("\n\n")[0])


def _modules(areas: list[str]) -> Iterator[ModuleType]:
    for area in areas:
        module = importlib.import_module(f"gapless_stats.{area}")
        yield module
        for each in pkgutil.iter_modules(getattr(module, "__path__", ())):
            yield importlib.import_module(f"{module.__name__}.{each.name}")


def _table(module: ModuleType) -> str:
    found = list(_functions(module))
    if not found:
        return ""
    name = module.__name__.removeprefix("gapless_stats.")
    rows = "".join(
        ROW.format(f"`{each.__name__}`", _cell(_summary(each)), _cell(_source(each)))
        for each in found
    )
    about = _cell(_first_sentence(inspect.getdoc(module)))
    return f"\n### {name}\n\n{about}\n\n{HEADER}{rows}"


def _functions(module: ModuleType) -> Iterator[Callable[..., object]]:
    """Those a module defines for others, in the order of its file; also behind a cache."""
    for name, each in vars(module).items():
        ours = getattr(each, "__module__", None) == module.__name__
        if ours and not name.startswith("_") and callable(each):
            function = inspect.unwrap(each)
            if inspect.isfunction(function):
                yield function


def _summary(function: Callable[..., object]) -> str:
    return _first_sentence(inspect.getdoc(function))


def _first_sentence(text: str | None) -> str:
    paragraph = " ".join((text or "").split("\n\n")[0].split())
    return END_OF_SENTENCE.split(paragraph)[0] + "."


def _source(function: Callable[..., object]) -> str:
    """What follows "Source:", or else whoever is cited; else the product's definition."""
    text = " ".join((inspect.getdoc(function) or "").split(">>>")[0].split())
    if said := SOURCE.search(text):
        return said[1]
    cited = [f"{who} {year}" for who, year in CITATION.findall(text)]
    found = [*cited, *STANDARD.findall(text), *OWN.findall(text)]
    return "; ".join(dict.fromkeys(found)) or "definition"


def _cell(text: str) -> str:
    return text.replace("``", "`").replace("|", "\\|")
