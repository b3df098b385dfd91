"""The ready-made questionnaire: 22 pairs, whole in three languages, linked, shipped."""

from collections import Counter

from gapless.core.instruments.models import FormVersion
from gapless.core.instruments.queries import layout_of
from gapless.core.text import LANGUAGES
from gapless.evaluation.surveys.actions import ship_servqual
from gapless.evaluation.surveys.queries import sections_of
from tests.conftest import NINE_AM


def test_it_has_the_structure_of_the_appendix(db):
    layout = layout_of(ship_servqual(now=NINE_AM))
    assert list(Counter(q.dimension for q in layout.rated).items()) == [
        ("tangibles", 4),
        ("reliability", 5),
        ("responsiveness", 4),
        ("assurance", 4),
        ("empathy", 5),
    ]
    assert layout.weighted
    assert [q.code for q in layout.rated][:5] == ["T1", "T2", "T3", "T4", "R1"]


def test_every_word_is_there_in_three_languages(db):
    version = ship_servqual(now=NINE_AM)
    for item in version.items.all():
        assert set(item.text) == set(LANGUAGES)
        assert all(item.text.values())
        if item.kind == "pair":
            assert all(item.perception_text[language] for language in LANGUAGES)
            assert all(item.expectation_text[language] for language in LANGUAGES)


def test_each_pair_asks_about_a_characteristic(db):
    version = ship_servqual(now=NINE_AM)
    asked = [a for _section, items in sections_of(version) for a in items]
    linked = [a for a in asked if a.characteristic]
    assert len(linked) == 22
    assert all(a.item.code == a.characteristic.code for a in linked)


def test_it_is_shipped_once(db):
    assert ship_servqual(now=NINE_AM) == ship_servqual(now=NINE_AM)
    assert FormVersion.objects.count() == 1
