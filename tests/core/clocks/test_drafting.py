import pytest

from gapless.core.audit.models import Event
from gapless.core.clocks import drafting
from gapless.core.clocks.actions import Subject
from gapless.core.clocks.builtin import read
from gapless.core.clocks.drafting import Said
from gapless.core.clocks.models import Clock, ClockPolicy, PolicyVersion
from gapless.core.clocks.queries import in_force
from gapless.core.clocks.terms import policy_of, terms_of
from gapless.core.text import LANGUAGES
from gapless.people.org.choices import Role
from tests.conftest import NINE_AM, Cast
from tests.core.clocks.stories import HOUR, limit, next_version, started, terms

pytestmark = pytest.mark.django_db


def test_what_ships_is_there_once_and_stays_as_it_was_edited(cast: Cast) -> None:
    shipped = drafting.ship_builtin(now=NINE_AM)
    answer = ClockPolicy.objects.get(code="S3-ANSWER")
    draft = drafting.open_draft(answer, by=cast.chen, now=NINE_AM)
    drafting.publish_policy(draft, by=cast.chen, now=NINE_AM)

    assert "S3-ANSWER" in shipped
    assert drafting.ship_builtin(now=NINE_AM) == []
    assert in_force(answer) == draft


def test_what_ships_speaks_three_languages_and_escalates_to_roles() -> None:
    for built in read():
        policy = policy_of(built.code, built.kind, built.terms)
        assert policy_of(built.code, built.kind, terms_of(policy)) == policy
        assert set(built.name) == set(built.source) == set(LANGUAGES)
        assert {step.role for step in policy.escalation} <= set(Role)


def test_a_version_in_force_never_changes(cast: Cast) -> None:
    version = limit()
    said = Said(terms(amount=1))
    name = {"en": "Answer"}

    with pytest.raises(drafting.AlreadyPublished):
        drafting.change_draft(
            version, said=said, name=name, seen=1, by=cast.chen, now=NINE_AM
        )
    with pytest.raises(drafting.AlreadyPublished):
        drafting.publish_policy(version, by=cast.chen, now=NINE_AM)
    with pytest.raises(drafting.AlreadyPublished):
        drafting.discard_draft(version, by=cast.chen, now=NINE_AM)
    version.refresh_from_db()
    assert version.terms["limit"]["amount"] == 10


def test_clocks_keep_the_version_that_started_them(cast: Cast) -> None:
    first = limit()
    old = started(cast.east)
    second = next_version(first, cast.chen, amount=1)
    drafting.publish_policy(second, by=cast.chen, now=NINE_AM)

    new = started(cast.west, subject=Subject("test.case", "18"))

    old.refresh_from_db()
    assert (old.version, old.due_at) == (first, NINE_AM + 10 * HOUR)
    assert (new.version, new.due_at) == (second, NINE_AM + HOUR)
    assert Clock.objects.count() == 2


def test_there_is_one_draft_at_a_time(cast: Cast) -> None:
    first = limit()

    draft = drafting.open_draft(first.policy, by=cast.chen, now=NINE_AM)

    assert drafting.open_draft(first.policy, by=cast.qian, now=NINE_AM) == draft
    assert (draft.number, draft.terms) == (2, first.terms)


def test_the_second_of_two_editors_is_told(cast: Cast) -> None:
    draft = next_version(limit(), cast.chen, amount=4)

    with pytest.raises(drafting.ChangedMeanwhile):
        drafting.change_draft(
            draft,
            said=Said(terms(amount=5)),
            name={"en": "Answer"},
            seen=1,
            by=cast.qian,
            now=NINE_AM,
        )
    event = Event.objects.get(type="clock_policy.draft_changed")
    assert event.facts["after"]["limit"] == {"amount": 4, "unit": "hour"}


@pytest.mark.parametrize(
    "contradiction",
    [
        {"amount": 0},
        {"unit": "fortnight"},
        {"stops_on": ["registered"]},
        {"warn_at": ["3/2"]},
        {"starts_on": []},
    ],
    ids=str,
)
def test_terms_that_no_clock_could_keep_are_refused(
    cast: Cast, contradiction: dict[str, object]
) -> None:
    with pytest.raises(drafting.NotKept):
        limit(**contradiction)
    assert not ClockPolicy.objects.exists()


def test_what_is_required_by_law_is_never_paused(cast: Cast) -> None:
    with pytest.raises(drafting.NotKept):
        limit(kind="regulatory", pauses=[{"reason": "awaiting_customer", "cap": None}])


def test_a_code_is_given_once(cast: Cast) -> None:
    limit()

    with pytest.raises(drafting.CodeTaken):
        limit()


def test_a_draft_thrown_away_leaves_what_was_before(cast: Cast) -> None:
    first = limit()
    draft = next_version(first, cast.chen, amount=4)
    drafting.discard_draft(draft, by=cast.chen, now=NINE_AM)

    assert list(PolicyVersion.objects.all()) == [first]

    fresh = drafting.make_policy(
        code="NEW",
        name={"en": "New"},
        kind="internal",
        said=Said(terms()),
        by=cast.chen,
        now=NINE_AM,
    )
    drafting.discard_draft(fresh, by=cast.chen, now=NINE_AM)
    assert not ClockPolicy.objects.filter(code="NEW").exists()
