"""Clocks on pages: who sees which, asking for more time and deciding, the picture."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from gapless.core.clocks.actions import Subject, hide_matter
from gapless.core.clocks.choices import State
from gapless.core.clocks.extending import decide_extension
from gapless.core.clocks.models import Clock, Extension
from gapless.core.clocks.queries import whole
from gapless.core.clocks.rules import Reading
from gapless.core.notices.models import Notice
from gapless.people.org.models import Unit
from gapless.web.clocks.picture import WIDTH, drawn
from tests.conftest import Cast
from tests.core.clocks.stories import CASE, HOUR, happens, limit, started
from tests.web.signing_in import signed_in

pytestmark = pytest.mark.django_db


def clock_at(unit: Unit, number: int = 17, hours: int = 2) -> Clock:
    """One that was started so many hours ago."""
    subject = Subject("test.case", str(number))
    return started(unit, subject=subject, now=now() - hours * HOUR)


@pytest.fixture
def clock(cast: Cast) -> Clock:
    limit(
        pauses=[{"reason": "awaiting_customer", "cap": 7200}],
        escalation=[{"after": 0, "role": "unit_manager"}],
    )
    return clock_at(cast.east)


def test_managers_see_those_of_their_units_alone(cast: Cast, clock: Clock) -> None:
    west = clock_at(cast.west, 18)

    def seen(someone: object) -> set[int]:
        client = signed_in(someone)
        page = client.get("/clocks/").content.decode()
        listed = {c.pk for c in (clock, west) if f'"/clocks/{c.pk}/"' in page}
        for each in (clock, west):
            status = client.get(f"/clocks/{each.pk}/").status_code
            assert status == (200 if each.pk in listed else 404)
        return listed

    assert seen(cast.wang) == {clock.pk}
    assert seen(cast.zhao) == {west.pk}
    assert seen(cast.chen) == {clock.pk, west.pk}
    for someone in (cast.li, cast.ma, cast.zhou):
        assert signed_in(someone).get("/clocks/").status_code == 403


@pytest.mark.parametrize(
    ("show", "numbers"),
    [
        ("open", {1, 2, 3}),
        ("overdue", {2}),
        ("soon", {1}),
        ("paused", {3}),
        ("stopped", {4}),
        ("all", {1, 2, 3, 4}),
        ("nonsense", {1, 2, 3}),
    ],
)
def test_the_list_is_narrowed(
    cast: Cast, clock: Clock, show: str, numbers: set[int]
) -> None:
    Clock.objects.all().delete()
    clocks = {n: clock_at(cast.east, n, h) for n, h in ((1, 2), (2, 20), (3, 2), (4, 2))}
    for number, kind in ((3, "paused"), (4, "answered")):
        subject, at = Subject("test.case", str(number)), now() - HOUR
        reason = "awaiting_customer" if kind == "paused" else ""
        happens(kind, at=at, subject=subject, reason=reason)

    page = signed_in(cast.wang).get(f"/clocks/?show={show}").content.decode()

    found = {n for n, each in clocks.items() if f'"/clocks/{each.pk}/"' in page}
    assert found == numbers


def test_the_list_goes_out_as_a_table(cast: Cast, clock: Clock) -> None:
    table = signed_in(cast.wang).get("/clocks/list.csv").content.decode("utf-8-sig")

    assert f"ANSWER,Case 17,EAST-HALL,{clock.get_state_display()}" in table


def test_no_clock_yet_says_how_one_comes(cast: Cast) -> None:
    page = signed_in(cast.wang).get("/clocks/").content.decode()

    assert "A clock starts by itself" in page


def test_a_page_tells_the_story_and_draws_it(cast: Cast, clock: Clock) -> None:
    happens("paused", at=now() - HOUR, reason="awaiting_customer", holder="Li")
    happens("answered", at=now() - HOUR / 2, human=False)

    page = signed_in(cast.wang).get(f"/clocks/{clock.pk}/").content.decode()

    for words in (
        "It is registered",
        "The clock is paused",
        "Waiting for the customer",
        "In the hands of Li from here on.",
        "An automatic reply stops no clock.",
        'class="pause"',
        'class="due"',
        "10 hours",
    ):
        assert words in page


# --- More time ------------------------------------------------------------------------


def ask(clock: Clock, someone: object, hours: int = 30, reason: str = "Slow.") -> object:
    until = f"{now() + hours * HOUR:%Y-%m-%dT%H:%M}"
    return signed_in(someone).post(
        f"/clocks/{clock.pk}/extensions/", {"until": until, "reason": reason}
    )


def decide(extension: Extension, someone: object, yes: str, answer: str = "") -> object:
    return signed_in(someone).post(
        f"/clocks/{extension.clock_id}/extensions/{extension.pk}/",
        {"approved": yes, "answer": answer},
    )


def test_more_time_is_asked_for_and_granted_by_another(cast: Cast, clock: Clock) -> None:
    assert ask(clock, cast.wang).status_code == 302
    extension = Extension.objects.get()
    before = Clock.objects.get().due_at

    assert decide(extension, cast.wang, "yes").status_code == 403
    assert decide(extension, cast.zhao, "yes").status_code == 403
    assert decide(extension, cast.chen, "yes").status_code == 302

    page = signed_in(cast.wang).get(f"/clocks/{clock.pk}/").content.decode()
    assert Clock.objects.get().due_at == extension.until != before
    assert "Due at first" in page
    assert "Wang asked, Chen decided." in page


def test_a_refusal_says_why(cast: Cast, clock: Clock) -> None:
    ask(clock, cast.wang)
    extension = Extension.objects.get()

    silent = decide(extension, cast.chen, "no")
    assert silent.status_code == 422
    assert "Say why not" in silent.content.decode()
    assert decide(extension, cast.chen, "no", "Too often.").status_code == 302
    assert Clock.objects.get().due_at == Clock.objects.get().original_due_at


@pytest.mark.parametrize(
    ("hours", "reason", "says"),
    [(1, "Slow.", "The new limit is later"), (30, "", "Say why more time is needed")],
)
def test_asking_for_nothing_is_said(
    cast: Cast, clock: Clock, hours: int, reason: str, says: str
) -> None:
    answer = ask(clock, cast.wang, hours, reason)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Extension.objects.exists()


def test_what_came_in_between_is_said(cast: Cast, clock: Clock) -> None:
    ask(clock, cast.wang)
    again = signed_in(cast.chen)
    until = f"{now() + 40 * HOUR:%Y-%m-%dT%H:%M}"
    page = again.post(
        f"/clocks/{clock.pk}/extensions/", {"until": until, "reason": "x"}, follow=True
    )
    assert "Somebody asked already" in page.content.decode()

    extension = Extension.objects.get()
    decide_extension(extension, approved=False, answer="No.", by=cast.chen, now=now())
    late = again.post(
        f"/clocks/{clock.pk}/extensions/{extension.pk}/", {"approved": "yes"}, follow=True
    )
    assert "It was decided already" in late.content.decode()


def test_those_who_decide_are_told_by_the_page(cast: Cast, clock: Clock) -> None:
    ask(clock, cast.wang)

    notice = Notice.objects.get()
    assert (notice.person, notice.kind) == (cast.chen, "clock.extension_asked")
    assert notice.url == f"/clocks/{clock.pk}/"


def test_who_came_from_a_list_comes_back_to_it(cast: Cast, clock: Clock) -> None:
    here, back = f"/clocks/{clock.pk}/", "/work/?list=team"
    wang = signed_in(cast.wang)
    page = wang.get(here, {"next": back}).content.decode()
    assert f'href="{back}"' in page
    assert f'name="next" value="{back}"' in page

    until = f"{now() + 30 * HOUR:%Y-%m-%dT%H:%M}"
    said = {"until": until, "reason": "Slow.", "next": back}
    asked = wang.post(f"{here}extensions/", said)
    assert asked.url == f"{here}?next=%2Fwork%2F%3Flist%3Dteam"
    foreign = wang.get(here, {"next": "https://elsewhere.example/"}).content.decode()
    assert '"https://elsewhere' not in foreign


# --- Signals --------------------------------------------------------------------------


def test_a_pause_just_before_the_end_is_a_signal(cast: Cast) -> None:
    limit(pauses=[{"reason": "awaiting_customer"}])
    late = clock_at(cast.east, hours=12)
    happens("paused", at=now() - 2 * HOUR - HOUR / 2, reason="awaiting_customer")

    page = signed_in(cast.wang).get(f"/clocks/{late.pk}/").content.decode()

    assert page.count("in the last tenth of its limit") == 1
    assert page.count("In the last tenth of its limit.") == 1


# --- Whom it is about -----------------------------------------------------------------


def test_for_whom_it_is_about_it_is_like_missing(cast: Cast, clock: Clock) -> None:
    ask(clock, cast.qian)
    extension = Extension.objects.get()
    hide_matter(CASE, [cast.wang.pk], by=cast.chen, now=now())
    wang, chen = signed_in(cast.wang), signed_in(cast.chen)

    here = f"/clocks/{clock.pk}/"
    assert wang.get(here).status_code == 404
    assert wang.post(f"{here}extensions/", {}).status_code == 404
    assert wang.get("/clocks/").content.decode().count("Case 17") == 0
    assert "Case 17" not in wang.get("/clocks/list.csv").content.decode()
    assert "Case 17" not in wang.get("/work/?list=team").content.decode()
    assert "A clock starts by itself" in wang.get("/clocks/").content.decode()
    assert chen.get(here).status_code == 200
    hide_matter(CASE, [cast.chen.pk], by=cast.ma, now=now())
    assert decide(extension, cast.chen, "yes").status_code == 404


# --- The picture ----------------------------------------------------------------------


def test_the_picture_keeps_within_its_frame(cast: Cast, clock: Clock) -> None:
    for hours in (0, 5, 12, 400):
        at = now() + hours * HOUR
        one = whole(clock, now=at)
        picture = drawn(one.reading, one.pauses, now=at)
        assert picture is not None
        assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.1 for bar in picture.bars)
        assert all(0 <= mark.x <= WIDTH for mark in picture.marks)
        assert picture.labels[-1] > clock.due_at
        assert any(bar.kind == "late" for bar in picture.bars) == (hours > 8)


def test_nothing_is_drawn_of_what_has_not_started(cast: Cast, clock: Clock) -> None:
    assert drawn(Reading(State.WAITING), (), now=now() + timedelta(days=1)) is None
