"""A demo as it stands in the database."""

from itertools import islice

import pytest

from gapless.analytics.answers import Kind
from gapless.analytics.periods import ALL_TIME
from gapless.core.evidence.choices import CollectionMode
from gapless.core.evidence.models import Cell
from gapless.core.instruments.actions import NewAnswer, record_answers
from gapless.core.instruments.models import Answer, FormVersion
from gapless.core.instruments.queries import layout_of, wrong_cells
from gapless.core.instruments.rules import month_of
from gapless.demo import actions, pattern
from gapless.evaluation.gaps.choices import State
from gapless.evaluation.gaps.queries import gap_page, versions_for
from gapless.evaluation.gaps.rules import state_of
from gapless.evaluation.gaps.selection import Selection
from gapless.people.org.actions import create_unit
from gapless.people.org.models import Person, Unit
from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import UnitFacts
from tests.demo.conftest import LOADED_AT, SHARED, silent

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(demo, db):
    return FormVersion.objects.get(form__code="servqual")


@pytest.fixture
def found(demo, db):
    """What the demo's quality manager sees of each unit, over all time."""
    viewer = viewer_of(Person.objects.get(username="lin.yue"), now=LOADED_AT)
    version = versions_for(viewer).first()

    def report_of(code):
        unit = Unit.objects.get(code=code)
        return gap_page(viewer, Selection(unit, ALL_TIME, version)).report

    return report_of


def test_everything_that_is_loaded_is_marked_as_simulated(demo):
    assert demo.units == Unit.objects.filter(simulated=True).count() == 76
    assert demo.answers == Answer.objects.count()
    assert not Unit.objects.filter(simulated=False).exists()
    assert demo.people == Person.objects.count()


def test_cells_are_what_the_answers_make(version):
    assert Cell.objects.exists()
    assert list(wrong_cells(version)) == []


def test_answers_are_scored_as_everybodys_are(version):
    """The short way in leads to the same rows as the way of imports."""
    before = list(islice(version.answers.select_related("unit").order_by("pk"), 40))
    again = [as_if_imported(layout_of(version), answer) for answer in before]

    record_answers(version, again, batch="again", now=LOADED_AT)

    after = version.answers.filter(batch="again").order_by("pk")
    for one, two in zip(before, after, strict=True):
        assert bytes(one.values) == bytes(two.values)
        assert bytes(one.composites) == bytes(two.composites)
        assert (one.flags, one.flag_rules, one.month) == (
            two.flags,
            two.flag_rules,
            two.month,
        )


def as_if_imported(layout, answer):
    given = memoryview(bytes(answer.values)).cast("b")
    values = {
        (question.code, side): given[layout.columns[question.code] + side]
        for question in layout.questions
        for side in range(question.width)
    }
    return NewAnswer(
        key=f"again {answer.key}",
        unit=answer.unit,
        answered_at=answer.answered_at,
        mode=CollectionMode(answer.mode),
        values=values,
        texts=answer.texts,
    )


def test_an_answer_counts_in_the_month_of_its_hall(version):
    for answer in version.answers.select_related("unit")[:500]:
        assert month_of(answer.answered_at, answer.unit.time_zone) == answer.month


def test_some_customers_leave_a_sentence(version):
    (text,) = layout_of(version).of(Kind.TEXT)
    said = [answer.texts for answer in version.answers.exclude(texts={})]

    assert said
    assert all(list(texts) == [text.code] and texts[text.code] for texts in said)


def test_the_log_ins_work_and_the_others_wait_for_a_password(demo):
    for log_in in demo.log_ins:
        person = Person.objects.get(username=log_in.username)
        assert person.check_password(log_in.password)
        assert not person.password_given
    without = [p for p in Person.objects.all() if not p.has_usable_password()]

    assert len(without) == demo.people - len(demo.log_ins)
    assert {log_in.language for log_in in demo.log_ins} == {"zh-hans", "zh-hant", "en"}


def test_there_is_never_a_second_demo(demo):
    with pytest.raises(actions.AlreadyLoaded):
        actions.load_demo(SHARED, now=LOADED_AT, progress=silent)


def test_new_passwords_replace_the_old_ones(demo):
    renewed = actions.give_passwords(now=LOADED_AT)

    assert [who.username for who in renewed] == [who.username for who in demo.log_ins]
    for old, new in zip(demo.log_ins, renewed, strict=True):
        person = Person.objects.get(username=new.username)
        assert person.check_password(new.password)
        assert not person.check_password(old.password)


def test_real_answers_keep_the_demo_from_being_removed(demo, version):
    hall = Unit.objects.get(code="JZ-0103")
    answer = NewAnswer("real", hall, LOADED_AT, CollectionMode.CENSUS, {("R4", 1): 3})
    record_answers(version, [answer], batch="import:1", now=LOADED_AT)

    with pytest.raises(actions.InUse) as refused:
        actions.remove_demo(now=LOADED_AT)

    assert refused.value.found == {"answers": 1}
    assert Answer.objects.count() == demo.answers + 1


def test_a_unit_of_somebody_elses_keeps_the_demo_from_being_removed(demo):
    hall = Unit.objects.get(code="JZ-0103")
    create_unit(hall, UnitFacts("A counter", "MINE"), by=None, now=LOADED_AT)

    with pytest.raises(actions.InUse) as refused:
        actions.remove_demo(now=LOADED_AT)

    assert refused.value.found == {"units": 1}


def test_the_worst_items_and_dimension_come_to_light(found):
    company = found("JZ")
    items = sorted(company.items, key=lambda item: item.gap.gap)
    dimensions = sorted(company.dimensions, key=lambda each: each.gap.gap)

    assert items[0].code == pattern.WORST_ITEM
    assert items[0].gap.interval.high < items[1].gap.interval.low
    assert dimensions[0].code == "reliability"


def test_the_worst_halls_come_to_light(found):
    codes = Unit.objects.filter(kind="hall").values_list("code", flat=True)
    halls = {code: found(code).overall for code in codes}
    told = {code: gap for code, gap in halls.items() if gap.gap is not None and gap.n >= 30}
    ranked = sorted(told, key=lambda code: told[code].gap)

    assert ranked[0] == pattern.WORST_HALL
    assert set(ranked[:4]) == set(pattern.BAD_HALLS)
    assert state_of(told[pattern.WORST_HALL], threshold=10) is State.BIG


@pytest.mark.parametrize("hall", pattern.GOOD_HALLS)
def test_a_good_hall_stands_out_in_its_region(found, hall):
    path = Unit.objects.get(code=hall).path
    (region,) = Unit.objects.filter(kind="region", path=path[:8])

    assert found(hall).overall.interval.low > found(region.code).overall.interval.high


def test_the_worst_region_comes_to_light(found):
    regions = {code: found(code).overall.gap for code in pattern.REGIONS}

    assert min(regions, key=regions.__getitem__) == pattern.IMPROVING_REGION
