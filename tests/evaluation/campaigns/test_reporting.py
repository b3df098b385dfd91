"""What a campaign reports of itself: all of its answers, and none of another's."""

from dataclasses import replace

from gapless.evaluation.campaigns.intake import finish
from gapless.evaluation.campaigns.reporting import Wanted, campaign_page, months_in
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM
from tests.evaluation.campaigns import fielding
from tests.evaluation.campaigns.fielding import FORM, handed_in, later

NOON = later(hours=3)


def test_answers_of_every_group_are_the_campaign_s(cast):
    version = fielding.published(replace(FORM, grouped_by="who"), "grouped")
    campaigns = [fielding.in_the_field(cast, version) for _ in range(11)]
    # Of the first and the eleventh: one stratum's name begins like the other's.
    for number, campaign in ((3, campaigns[0]), (5, campaigns[-1])):
        door = fielding.door(campaign, cast.east)
        for nth in range(number):
            who = {"who": str(nth % 2)} if nth else {}
            finish(door, handed_in(**who), now=NOON)

    viewer = viewer_of(cast.chen, now=NINE_AM)
    found = [campaign_page(viewer, each, Wanted()).answers for each in campaigns]
    assert found == [3, *[0] * 9, 5]
    assert len(months_in(viewer, campaigns[0], Wanted())) == 1
