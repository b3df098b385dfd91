"""Drafts to test with: one with everything in it, and whatever a designer may make."""

from itertools import pairwise

from hypothesis import strategies as st

from gapless.core.instruments.choices import (
    Comparison,
    ExpectationType,
    ItemKind,
    Measure,
)
from gapless.core.instruments.rules import (
    Condition,
    DimensionDraft,
    ItemDraft,
    Option,
    SectionDraft,
    VersionDraft,
)


def words(text):
    return {"zh-hans": f"{text}（简）", "zh-hant": f"{text}（繁）", "en": text}


def item(code, kind=ItemKind.SCORE, **facts):
    return ItemDraft(code, kind, facts.pop("text", words(code)), **facts)


def options(*codes):
    return tuple(Option(code, words(code)) for code in codes)


def of(*sections, dimensions=("tangibles", "reliability"), meaning=ExpectationType.IDEAL):
    """A draft of sections, each given as its items."""
    return VersionDraft(
        meaning,
        tuple(DimensionDraft(code, words(code)) for code in dimensions),
        tuple(
            s if isinstance(s, SectionDraft) else SectionDraft(words("part"), tuple(s))
            for s in sections
        ),
    )


FULL = of(
    [
        item("T1", ItemKind.PAIR, dimension="tangibles", about="T1"),
        item("R1", ItemKind.ZONE, dimension="reliability", low=1, high=9),
        item("R2", ItemKind.EXPECTATION, dimension="reliability", reverse=True),
        item("nps", ItemKind.NPS, low=0, high=10),
    ],
    [
        item("wT", ItemKind.WEIGHT, dimension="tangibles", low=0, high=100),
        item("wR", ItemKind.WEIGHT, dimension="reliability", low=0, high=100),
        item("sat", ItemKind.OVERALL, high=5, measure=Measure.SATISFACTION, required=True),
        item(
            "how", ItemKind.SINGLE, options=options("web", "hall", "phone"), low=0, high=2
        ),
        item("what", ItemKind.MULTIPLE, options=options("pay", "ask")),
    ],
    SectionDraft(
        words("more"),
        (
            item("age", ItemKind.NUMBER, minimum=0, maximum=120),
            item("day", ItemKind.DATE),
            item(
                "why",
                ItemKind.TEXT,
                show_if=(Condition("nps", Comparison.AT_MOST, 6),),
            ),
            item("group", ItemKind.ATTRIBUTE, matrix={"en": "About you"}),
        ),
        introduction=words("a few facts"),
        randomised=True,
        show_if=(
            Condition("how", Comparison.IS, 1),
            Condition("what", Comparison.INCLUDES, 0),
        ),
    ),
)
"""Every kind there is, and all that can be said of an item, a section and a form."""

_languages = st.dictionaries(
    st.sampled_from(["zh-hans", "zh-hant", "en"]), st.sampled_from(["", "a", "b"])
)
_kinds = st.sampled_from(list(ItemKind))
_dimensions = st.sampled_from(["", "one", "two"])


@st.composite
def _items(draw, code, before):
    kind = draw(_kinds)
    conditions = ()
    if before and draw(st.booleans()):
        conditions = (
            Condition(
                draw(st.sampled_from(before)),
                draw(st.sampled_from(list(Comparison))),
                draw(st.integers(0, 2)),
            ),
        )
    chosen = draw(st.integers(2, 4)) if kind in (ItemKind.SINGLE, ItemKind.MULTIPLE) else 0
    low, high = ItemDraft(code, kind, {}, options=options(*"abcd"[:chosen])).scale
    return ItemDraft(
        code,
        kind,
        draw(_languages),
        dimension=draw(_dimensions),
        low=low,
        high=high,
        reverse=draw(st.booleans()),
        required=draw(st.booleans()),
        options=options(*"abcd"[:chosen]),
        show_if=conditions,
    )


@st.composite
def drafts(draw):
    """A few sections of a few items of any kind, sound or not."""
    codes = [f"i{n}" for n in range(draw(st.integers(0, 6)))]
    items = [draw(_items(code, codes[:place])) for place, code in enumerate(codes)]
    cuts = sorted(draw(st.lists(st.integers(0, len(items)), max_size=2)))
    edges = [0, *cuts, len(items)]
    return VersionDraft(
        draw(st.sampled_from(list(ExpectationType))),
        (DimensionDraft("one", {"en": "One"}), DimensionDraft("two", {"en": "Two"})),
        tuple(
            SectionDraft(
                draw(_languages), tuple(items[a:b]), randomised=draw(st.booleans())
            )
            for a, b in pairwise(edges)
        ),
    )
