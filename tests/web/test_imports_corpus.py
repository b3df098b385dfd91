"""Odd files through the wizard's door: each goes on to the next page, or says why not."""

import random
from itertools import islice

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.core.imports.corpus import books, spss, texts

SEED = 14
FAMILIES = {
    "damaged": (texts.damaged, 12),
    "cut": (texts.cut, 17),
    "flipped": (texts.flipped, 45),
    "noise": (texts.noise, 24),
    "mixed": (texts.mixed, 30),
    "shapes": (books.shapes, 20),
    "broken": (books.broken, 31),
    "harmful": (books.harmful, 4),
    "old": (books.legacy, 12),
    "SPSS": (spss.files, 9),
}
"""Each with how many files are passed over for one that is sent."""


def chosen(family, step):
    return islice(family(random.Random(SEED)), 0, None, step)  # noqa: S311  # no secret


@pytest.mark.parametrize("name", FAMILIES)
def test_an_odd_file_goes_on_or_is_told_what_is_wrong(client, cast, name):
    client.force_login(cast.qian)
    for case in chosen(*FAMILIES[name]):
        upload = SimpleUploadedFile(case.name, case.content)
        sent = {"file": upload, "unit": cast.city.pk}
        page = client.post(reverse("imports:new"), sent, follow=True)
        assert page.status_code == 200, case
        told = page.context["form"].errors if "form" in page.context else {}
        assert bool(page.redirect_chain) != bool(told), case
        assert not (case.refused and page.redirect_chain), case
