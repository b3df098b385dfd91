"""A form with an item of every kind, said in three languages, and doors to it."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from gapless.core.instruments.actions import draft_version, make_form, publish_version
from gapless.core.instruments.choices import Comparison, ExpectationType, ItemKind
from gapless.core.instruments.rules import (
    Condition,
    DimensionDraft,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
)
from gapless.evaluation.campaigns.actions import add_collector, plan_campaign, take_step
from gapless.evaluation.campaigns.choices import CollectorKind, State
from gapless.evaluation.campaigns.models import Campaign
from gapless.evaluation.campaigns.rules import CampaignFacts
from gapless.evaluation.campaigns.tokens import token_of
from gapless.people.org.models import Unit
from tests.conftest import Cast

LANGUAGES = ("en", "zh-hans", "zh-hant")


def words(en: str, hans: str, hant: str = "") -> dict[str, str]:
    return {"en": en, "zh-hans": hans, "zh-hant": hant or hans}


AGREE = {
    "low_label": words("strongly disagree", "非常不同意"),
    "high_label": words("strongly agree", "非常同意"),
}
PAIR = ItemDraft(
    "wait",
    ItemKind.PAIR,
    words(
        "Waiting and service times are as posted",
        "等候和办理时间与公示的一样",
        "等候和辦理時間與公示的一樣",
    ),
    "reliability",
    required=True,
    expectation_text=words(
        "Excellent halls: Waiting and service times are as posted",
        "优秀的营业厅应当做到：等候和办理时间与公示的一样",
        "優秀的營業廳應當做到：等候和辦理時間與公示的一樣",
    ),
    perception_text=words(
        "This time: Waiting and service times are as posted",
        "这一次：等候和办理时间与公示的一样",
        "這一次：等候和辦理時間與公示的一樣",
    ),
    **AGREE,
)
OVERALL = ItemDraft(
    "overall",
    ItemKind.OVERALL,
    words(
        "All in all, how satisfied are you?", "总的来说，你满意吗？", "總的來說，你滿意嗎？"
    ),
    low=1,
    high=10,
    required=True,
    not_applicable=False,
    low_label=words("very dissatisfied", "非常不满意", "非常不滿意"),
    high_label=words("very satisfied", "非常满意", "非常滿意"),
)
WHY = ItemDraft(
    "why",
    ItemKind.TEXT,
    words("What went wrong?", "哪里不好？", "哪裡不好？"),
    show_if=(Condition("overall", Comparison.AT_MOST, 5),),
)
TABLE = words("How do you find the hall?", "这个厅怎么样？", "這個廳怎麼樣？")
OPTIONS = (
    Option("pay", words("Paid a bill", "缴费", "繳費")),
    Option("new", words("Opened a new number", "办新号", "辦新號")),
    Option("ask", words("Asked a question", "咨询", "諮詢")),
)
SHORT = VersionDraft(
    ExpectationType.IDEAL,
    (DimensionDraft("reliability", words("Reliability", "可靠性")),),
    (SectionDraft(words("Your visit", "这次办理", "這次辦理"), (PAIR, OVERALL, WHY)),),
)
EVERY_KIND = VersionDraft(
    ExpectationType.IDEAL,
    (
        DimensionDraft("reliability", words("Reliability", "可靠性")),
        DimensionDraft("assurance", words("Assurance", "保证性", "保證性")),
        DimensionDraft("empathy", words("Empathy", "移情性")),
    ),
    (
        SectionDraft(
            words("Your visit", "这次办理", "這次辦理"),
            (
                PAIR,
                ItemDraft(
                    "polite",
                    ItemKind.ZONE,
                    words("Staff are polite", "员工有礼貌", "員工有禮貌"),
                    "assurance",
                    high=9,
                    **AGREE,
                ),
                *(
                    ItemDraft(code, ItemKind.SCORE, text, high=5, matrix=TABLE, **AGREE)
                    for code, text in (
                        ("clean", words("It is clean", "干净", "乾淨")),
                        ("bright", words("It is bright", "明亮")),
                        ("quiet", words("It is quiet", "安静", "安靜")),
                    )
                ),
            ),
            introduction=words(
                "There is no right or wrong. Go by your feeling.",
                "没有对错，凭感觉点。",
                "沒有對錯，憑感覺點。",
            ),
        ),
        SectionDraft(
            words("What matters", "看重什么", "看重什麼"),
            (
                *(
                    ItemDraft(f"w{place}", ItemKind.WEIGHT, text, dimension)
                    for place, (dimension, text) in enumerate(
                        (
                            (
                                "reliability",
                                words("Keeping promises", "说到做到", "說到做到"),
                            ),
                            (
                                "assurance",
                                words("Knowing the business", "懂业务", "懂業務"),
                            ),
                            (
                                "empathy",
                                words("Caring for each one", "体贴每个人", "體貼每個人"),
                            ),
                        )
                    )
                ),
            ),
        ),
        SectionDraft(
            words("All in all", "总的来说", "總的來說"),
            (
                OVERALL,
                WHY,
                ItemDraft(
                    "nps",
                    ItemKind.NPS,
                    words(
                        "How likely are you to recommend us?",
                        "你愿意推荐我们吗？",
                        "你願意推薦我們嗎？",
                    ),
                    low=0,
                    high=10,
                    low_label=words("not at all", "完全不可能"),
                    high_label=words("certainly", "非常可能"),
                ),
                ItemDraft(
                    "came",
                    ItemKind.SINGLE,
                    words("What did you come for?", "来办什么？", "來辦什麼？"),
                    options=OPTIONS,
                ),
                ItemDraft(
                    "also",
                    ItemKind.MULTIPLE,
                    words("What else did you do?", "还办了什么？", "還辦了什麼？"),
                    options=OPTIONS,
                    show_if=(Condition("came", Comparison.IS_NOT, 2),),
                ),
                ItemDraft(
                    "minutes",
                    ItemKind.NUMBER,
                    words(
                        "How many minutes did you wait?", "等了多少分钟？", "等了多少分鐘？"
                    ),
                    minimum=0,
                    maximum=300,
                ),
                ItemDraft("day", ItemKind.DATE, words("Which day?", "哪一天？")),
                ItemDraft(
                    "area",
                    ItemKind.ATTRIBUTE,
                    words("Where do you live?", "住在哪个区？", "住在哪個區？"),
                ),
                ItemDraft(
                    "points",
                    ItemKind.OVERALL,
                    words("Out of 100 points?", "打多少分？"),
                    low=0,
                    high=100,
                ),
                ItemDraft(
                    "comment",
                    ItemKind.TEXT,
                    words("Anything else?", "还想说的", "還想說的"),
                ),
            ),
        ),
    ),
)


def campaign_of(cast: Cast, draft: VersionDraft = SHORT, **said: Any) -> Campaign:
    """A campaign in the field from an hour ago, for a week."""
    form = make_form(code="asked", name=words("Asked", "问"), by=None, now=now())
    version = draft_version(form, draft, by=None, now=now())
    publish_version(version, by=None, now=now())
    facts = {
        "name": words("Spring 2026", "2026 年春", "2026 年春"),
        "version": version,
        "within": cast.city,
        "starts_at": now() - timedelta(hours=1),
        "ends_at": now() + timedelta(days=7),
        "notice": words(
            "We ask how our halls serve you, and keep your answers for a year.\n\n"
            "Write to privacy@example.com.",
            "我们想知道厅里服务得怎样，回答保存一年。\n\n写信到 privacy@example.com。",
            "我們想知道廳裡服務得怎樣，回答保存一年。\n\n寫信到 privacy@example.com。",
        ),
        "thanks": words("See you soon.", "欢迎再来。", "歡迎再來。"),
    }
    campaign = plan_campaign(
        CampaignFacts(**facts | said), [cast.city], by=cast.chen, now=now()
    )
    take_step(campaign, State.APPROVED, by=cast.chen, now=now())
    take_step(campaign, State.FIELDING, by=cast.chen, now=now())
    return campaign


def way_in(
    campaign: Campaign, at: Unit, kind: CollectorKind = CollectorKind.LINK, pin: str = ""
) -> str:
    """The token of a new way in."""
    here = at if kind == CollectorKind.KIOSK else None
    collector = add_collector(campaign, kind, unit=here, pin=pin, by=None, now=now())
    return token_of(collector, at)
