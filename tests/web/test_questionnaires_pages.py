from django.urls import reverse

from gapless.evaluation.surveys.actions import ship_servqual
from tests.conftest import NINE_AM
from tests.evaluation.surveys.conftest import bring, lines, through  # noqa: F401  a fixture


def test_the_list_starts_empty_and_says_what_to_do(client, cast):
    client.force_login(cast.qian)
    page = client.get(reverse("questionnaires:index")).content.decode()
    assert "No questionnaire yet" in page
    assert reverse("imports:new") in page


def test_a_version_is_shown_in_three_languages_with_its_characteristics(client, cast):
    version = ship_servqual(now=NINE_AM)
    client.force_login(cast.wang)
    page = client.get(reverse("questionnaires:detail", args=[version.pk])).content.decode()
    for words in ("承诺的事按时兑现", "承諾的事按時兌現", "does what it promised"):
        assert words in page
    assert page.count("/characteristics/") >= 22


def test_answers_are_counted_within_reach(client, cast, bring):  # noqa: F811
    import_ = through(bring(lines(12) + lines(8, hall="WEST-HALL", first=50)[20:]), cast)
    counted = {}
    for who in (cast.chen, cast.wang, cast.zhao):
        client.force_login(who)
        shown = client.get(reverse("questionnaires:index"))
        counted[who.name] = [row.answers for row in shown.context["rows"]]
    assert import_.added == 20
    assert counted == {"Chen": [20], "Wang": [12], "Zhao": [8]}


def test_the_search_finds_a_name_in_any_language(client, cast):
    ship_servqual(now=NINE_AM)
    client.force_login(cast.qian)
    for words, found in (("22 題", 1), ("pairs", 1), ("servqual", 1), ("kiosk", 0)):
        shown = client.get(reverse("questionnaires:index"), {"q": words})
        assert len(shown.context["rows"]) == found


def test_li_at_the_counter_reads_no_questionnaire(client, cast):
    client.force_login(cast.li)
    assert client.get(reverse("questionnaires:index")).status_code == 403
