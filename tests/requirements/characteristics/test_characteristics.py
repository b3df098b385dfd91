import pytest

from gapless.core.audit.models import Event
from gapless.core.instruments.models import Form, FormVersion, Item
from gapless.people.org.queries import viewer_of
from gapless.people.org.rules import Viewer
from gapless.requirements.characteristics import actions, builtin, queries, rules
from gapless.requirements.characteristics.choices import State
from gapless.requirements.characteristics.models import (
    Characteristic,
    Dimension,
    DimensionSet,
    ItemCharacteristic,
    Placement,
)
from tests.conftest import NINE_AM


@pytest.fixture
def shipped(db):
    actions.ship_builtin(now=NINE_AM)


@pytest.fixture
def chen(cast):
    return viewer_of(cast.chen, now=NINE_AM)


def dimension(code, dimension_set="servqual"):
    return Dimension.objects.get(dimension_set__code=dimension_set, code=code)


def characteristic(code):
    return Characteristic.objects.get(code=code)


def added(cast, code="VIP-1", state=State.ACTIVE, at="empathy", **name):
    return actions.add_characteristic(
        code=code,
        name=name or {"en": "the lounge is quiet"},
        dimension=dimension(at),
        state=state,
        by=cast.chen,
        now=NINE_AM,
    )


def place_in_twelve(viewer, code):
    (place,) = queries.places(viewer, characteristic(code))
    return place


def an_item(published_at=None):
    form = Form.objects.create(code="F", name={"en": "Form"}, created_at=NINE_AM)
    version = FormVersion.objects.create(
        form=form, number=1, created_at=NINE_AM, published_at=published_at
    )
    return Item.objects.create(
        version=version, position=1, code="Q1", kind="pair", text={"en": "The wait"}
    )


def test_five_twelve_and_twenty_two_ship(shipped):
    sizes = {s.code: s.dimensions.count() for s in DimensionSet.objects.all()}
    by_dimension = [
        dimension(code).characteristics.count()
        for code in ("tangibles", "reliability", "responsiveness", "assurance", "empathy")
    ]
    assert sizes == {"servqual": 5, "twelve": 12}
    assert by_dimension == [4, 5, 4, 4, 5]


def test_what_ships_speaks_three_languages():
    shipped = builtin.read()
    named = [*shipped.sets, *shipped.characteristics]
    named += [dimension for s in shipped.sets for dimension in s.dimensions]
    assert [thing.code for thing in named if rules.missing_languages(thing.name)] == []


def test_every_dimension_of_the_twelve_has_a_home_among_the_five(shipped):
    others = Dimension.objects.filter(dimension_set__leading=False)
    assert {d.code for d in others if not d.home.dimension_set.leading} == set()


def test_every_shipped_characteristic_lies_in_both_sets(shipped, chen):
    (twelve,) = queries.visible_dimension_sets(chen).filter(leading=False)
    placed = queries.visible_characteristics(chen).placed_in(twelve)
    assert [c.code for c in placed if c.place is None] == []


def test_shipping_twice_changes_nothing_and_says_so(shipped):
    before = list(Characteristic.objects.values()), list(Placement.objects.values_list())
    assert actions.ship_builtin(now=NINE_AM) == []
    after = list(Characteristic.objects.values()), list(Placement.objects.values_list())
    assert [sorted(row.items()) for row in before[0]] == [
        sorted(row.items()) for row in after[0]
    ]
    assert len(before[1]) == len(after[1])
    assert Event.objects.filter(type="characteristics.shipped").count() == 1


def test_shipping_again_leaves_an_organisations_wording_place_and_state(shipped, cast):
    actions.reword_characteristic(
        characteristic("R4"), name={"en": "ours"}, seen=1, by=cast.chen, now=NINE_AM
    )
    actions.place_characteristic(
        characteristic("T1"),
        dimension=dimension("empathy"),
        elsewhere=[],
        seen=1,
        by=cast.chen,
        now=NINE_AM,
    )
    actions.take_step(characteristic("M1"), to=State.RETIRED, by=cast.chen, now=NINE_AM)

    assert actions.ship_builtin(now=NINE_AM) == []
    assert characteristic("R4").name == {"en": "ours"}
    assert characteristic("T1").dimension == dimension("empathy")
    assert not characteristic("T1").placements.exists()
    assert characteristic("M1").state == State.RETIRED


def test_shipping_again_brings_better_words_to_what_nobody_edited(shipped):
    Characteristic.objects.filter(code="R4").update(name={"en": "worse words"})
    assert actions.ship_builtin(now=NINE_AM) == ["R4"]
    assert characteristic("R4").name["zh-hans"] == "等候和办理时间与公示相符"


def test_shipping_spares_an_own_characteristic_that_has_a_built_in_code(shipped, cast):
    Characteristic.objects.filter(code="R4").delete()
    added(cast, code="R4", en="ours")
    assert actions.ship_builtin(now=NINE_AM) == []
    assert characteristic("R4").name == {"en": "ours"}


def test_an_added_one_comes_last_in_its_dimension(shipped, cast, chen):
    added(cast)
    leading = queries.visible_dimension_sets(chen)[0]
    assert (
        list(queries.visible_characteristics(chen).placed_in(leading))[-1].code == "VIP-1"
    )


def test_a_code_is_given_once(shipped, cast):
    with pytest.raises(actions.CodeTaken):
        added(cast, code="R4")


def test_a_name_is_kept_without_blanks_and_empty_languages():
    assert rules.worded({"en": " quiet ", "zh-hans": " ", "fr": "calme"}) == {"en": "quiet"}
    with pytest.raises(rules.NoWording):
        rules.worded({"en": "  "})


def test_only_the_leading_set_has_leading_places(shipped, cast):
    with pytest.raises(actions.DimensionOfAnotherSet):
        actions.place_characteristic(
            characteristic("R4"),
            dimension=dimension("comfort", "twelve"),
            elsewhere=[],
            seen=1,
            by=cast.chen,
            now=NINE_AM,
        )
    with pytest.raises(actions.DimensionOfAnotherSet):
        actions.place_characteristic(
            characteristic("R4"),
            dimension=dimension("empathy"),
            elsewhere=[dimension("empathy")],
            seen=1,
            by=cast.chen,
            now=NINE_AM,
        )
    assert characteristic("R4").version == 1


def test_the_mapping_places_what_nobody_placed_where_it_leaves_no_choice(
    shipped, cast, chen
):
    added(cast, code="OWN-1", at="reliability")
    added(cast, code="OWN-2", at="tangibles")
    said = place_in_twelve(chen, "R4")
    mapped = place_in_twelve(chen, "OWN-1")
    assert (said.dimension.code, said.stated) == ("timeliness", True)
    assert (mapped.dimension.code, mapped.stated) == ("reliability", False)
    assert place_in_twelve(chen, "OWN-2").dimension is None


def test_the_matrix_counts_every_characteristic_that_is_not_retired_once(
    shipped, cast, chen
):
    added(cast)
    actions.take_step(characteristic("R4"), to=State.RETIRED, by=cast.chen, now=NINE_AM)
    (twelve,) = queries.visible_dimension_sets(chen).filter(leading=False)
    matrix = queries.matrix(chen, twelve)
    shown = [
        c.code for row in matrix.rows for cell in row.cells for c in cell.characteristics
    ]
    open_ones = [c.code for row in matrix.rows for c in row.unplaced]
    homes = [sum(cell.at_home for cell in row.cells) for row in matrix.rows]
    assert open_ones == ["VIP-1"]
    assert sorted(shown) == sorted(
        set(Characteristic.objects.values_list("code", flat=True)) - {"R4", "VIP-1"}
    )
    assert homes == [3, 1, 2, 3, 3]


def test_the_second_of_two_editors_is_told(shipped, cast):
    actions.reword_characteristic(
        characteristic("R4"), name={"en": "first"}, seen=1, by=cast.chen, now=NINE_AM
    )
    with pytest.raises(actions.ChangedMeanwhile):
        actions.reword_characteristic(
            characteristic("R4"), name={"en": "second"}, seen=1, by=cast.ma, now=NINE_AM
        )
    assert characteristic("R4").name == {"en": "first"}
    assert Event.objects.filter(type="characteristic.reworded").count() == 1


def test_a_life_proposed_adopted_retired_restored(shipped, cast):
    own = added(cast, state=State.PROPOSED)
    for to in (State.ACTIVE, State.RETIRED, State.ACTIVE):
        own.refresh_from_db()
        actions.take_step(own, to=to, by=cast.chen, now=NINE_AM)
    steps = Event.objects.filter(subject_id=str(own.pk)).values_list("type", flat=True)
    assert sorted(steps) == [
        "characteristic.added",
        "characteristic.adopted",
        "characteristic.restored",
        "characteristic.retired",
    ]


def test_a_step_taken_twice_is_taken_once(shipped, cast):
    one_page, another_page = characteristic("R4"), characteristic("R4")
    actions.take_step(one_page, to=State.RETIRED, by=cast.chen, now=NINE_AM)
    with pytest.raises(actions.NoSuchStep):
        actions.take_step(another_page, to=State.RETIRED, by=cast.chen, now=NINE_AM)
    assert Event.objects.filter(type="characteristic.retired").count() == 1


@pytest.mark.parametrize("words", ["R4", "announced", "公示相符", "公告相符"])
def test_words_of_any_language_find_it(shipped, chen, words):
    found = queries.visible_characteristics(chen).matching(words)
    assert [c.code for c in found] == ["R4"]


def test_who_holds_no_role_reads_none(shipped):
    nobody = Viewer(0, ())
    assert not queries.visible_characteristics(nobody).exists()
    assert not queries.visible_dimensions(nobody).exists()


def test_an_item_of_a_draft_is_linked_and_linked_anew(shipped, cast):
    item = an_item()
    for code in ("R4", "S2"):
        actions.link_item(
            item, characteristic=characteristic(code), by=cast.chen, now=NINE_AM
        )
    assert ItemCharacteristic.objects.get(item=item).characteristic.code == "S2"


def test_an_item_of_a_published_version_keeps_what_it_asks(shipped, cast):
    with pytest.raises(actions.VersionPublished):
        actions.link_item(
            an_item(published_at=NINE_AM),
            characteristic=characteristic("R4"),
            by=cast.chen,
            now=NINE_AM,
        )
    assert not ItemCharacteristic.objects.exists()


def test_no_new_item_asks_about_a_retired_one(shipped, cast):
    actions.take_step(characteristic("R4"), to=State.RETIRED, by=cast.chen, now=NINE_AM)
    with pytest.raises(actions.CharacteristicRetired):
        actions.link_item(
            an_item(), characteristic=characteristic("R4"), by=cast.chen, now=NINE_AM
        )


def test_forms_are_named_only_to_those_who_may_see_them(shipped, cast, chen):
    item, r4 = an_item(), characteristic("R4")
    actions.link_item(item, characteristic=r4, by=cast.chen, now=NINE_AM)
    li = viewer_of(cast.li, now=NINE_AM)
    assert [use.item for use in queries.uses(chen, r4)] == [item]
    assert not queries.uses(li, r4).exists()
