"""Every public function says what it does, shows it, and refuses by name what it cannot."""

import importlib
import inspect
import pkgutil
import re

import pytest

import gapless_stats
from gapless_stats.results import Result
from tests.stats import refusals

INTERNAL = {"gapless_stats.compiled"}  # loops that take what `rows` has checked
MODULES = [
    importlib.import_module(each.name)
    for each in pkgutil.walk_packages(gapless_stats.__path__, "gapless_stats.")
    if each.name not in INTERNAL
]


def own(module, kind):
    return [
        each
        for name, each in vars(module).items()
        if kind(each) and not name.startswith("_") and each.__module__ == module.__name__
    ]


def plain(each):
    """A function, also behind a cache."""
    return inspect.isfunction(inspect.unwrap(each)) if callable(each) else False


FUNCTIONS = [each for module in MODULES for each in own(module, plain)]
RESULTS = [
    each
    for module in MODULES
    for each in own(module, inspect.isclass)
    if issubclass(each, Result) and each is not Result
]
REFUSALS = {
    inspect.unwrap(function): calls
    for each in pkgutil.iter_modules(refusals.__path__)
    for function, calls in importlib.import_module(
        f"tests.stats.refusals.{each.name}"
    ).REFUSALS.items()
}


def name_of(each):
    return f"{each.__module__.removeprefix('gapless_stats.')}.{each.__qualname__}"


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
def test_a_function_says_what_it_does_and_shows_it(function):
    told = inspect.getdoc(function) or ""

    assert ">>> " in told, "an example that runs"
    assert re.search(r"\bR: |\bR has ", told), "the R call that gives the same number"
    assert re.search(r":raises \w+:", told), "what it refuses"
    assert re.search(r"\b(1[6-9]|20)\d\d\b|domain\.md|Definition", told), "a source"


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
def test_a_function_refuses_by_name(function):
    calls = REFUSALS.get(inspect.unwrap(function))

    assert calls, "tests/stats/refusals has a call that it must refuse"
    for call, error in calls:
        assert error is not ValueError, "a named error"
        with pytest.raises(error) as refusal:
            call()
        assert str(refusal.value), "why it refuses"


@pytest.mark.parametrize("result", RESULTS, ids=name_of)
def test_a_result_is_frozen_and_says_its_method_and_source(result):
    fields = set(getattr(result, "__dataclass_fields__", {}))

    assert result.__dataclass_params__.frozen
    for name in ("method", "source"):
        assert name in fields or isinstance(getattr(result, name, None), str), name
