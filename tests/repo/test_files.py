"""What no file of the repository may be called, hold, or grow to."""

import os
import re
import subprocess
from urllib.parse import urlsplit

import pytest

from .tracked import ROOT, name_of, tracked

# STYLE.md: what such a file would hold has a better name and a better place.
NAMELESS = {
    "utils.py",
    "helpers.py",
    "common.py",
    "constants.py",
    "managers.py",
    "mixins.py",
    "signals.py",
    "services.py",
}
# Written so that they do not find themselves.
REGISTRIES = re.compile(
    r"py[p]i\.org|python[h]osted|registry\.np[m]js|np[m]mirror|de[b]\.debian"
)
MACHINE = re.compile(r"(?<![\w.])/(?:wor[k]/(?:main|shared)|roo[t]/|hom[e]/\w+/)")
# Text that was judged to be safe to show as HTML, and why.
SAFE: dict[str, str] = {}
PICTURES = (".png", ".jpg", ".webp", ".ico", ".woff2", ".mo", ".xlsx", ".sav")


def texts(*endings):
    return [path for path in tracked(*endings) if not path.name.endswith(PICTURES)]


def package_hosts():
    """Where this machine gets its packages from."""
    settings = "\n".join(value for name, value in os.environ.items() if "INDEX" in name)
    for command in (["pip", "config", "list"], ["npm", "config", "get", "registry"]):
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        settings += said.stdout
    hosts = {
        urlsplit(found).hostname for found in re.findall(r"https?://[^\s'\"]+", settings)
    }
    return {host for host in hosts if host and host not in ("localhost", "127.0.0.1")}


def test_no_file_names_a_package_registry_or_a_path_of_this_machine():
    hosts = package_hosts()
    found = [
        f"{name_of(path)}: {match}"
        for path in texts()
        for text in [path.read_text(errors="replace")]
        for match in [
            *REGISTRIES.findall(text),
            *MACHINE.findall(text),
            *(host for host in hosts if host in text),
        ]
    ]
    assert found == []


def test_every_file_has_a_name_that_says_what_is_in_it():
    assert [name_of(path) for path in tracked(".py") if path.name in NAMELESS] == []


WRITTEN_BY_HAND = [path for path in texts(".py") if path.parent.name != "migrations"]


@pytest.mark.parametrize("path", WRITTEN_BY_HAND, ids=name_of)
def test_a_module_is_at_most_400_lines(path):
    assert len(path.read_text().splitlines()) <= 400


def test_nothing_is_declared_safe_that_nobody_judged():
    marks = re.compile(r"\|\s*safe\b|mark_safe|autoescape off|SafeString\(")
    product = [p for p in texts(".py", ".html") if p.is_relative_to(ROOT / "src")]
    found = {name_of(path) for path in product if marks.search(path.read_text())}
    assert found == SAFE.keys()
