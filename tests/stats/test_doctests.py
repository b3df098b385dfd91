import doctest
import importlib
import pkgutil

import pytest

import gapless_stats

MODULES = [each.name for each in pkgutil.iter_modules(gapless_stats.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_is_true(name):
    found = doctest.testmod(importlib.import_module(f"gapless_stats.{name}"))

    assert found.failed == 0
