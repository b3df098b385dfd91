"""reliability.md X6: whatever an administrator words, nothing in it is carried out."""

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.notices.catalogue import FACTS, GROUPS, KINDS
from gapless.core.notices.rules import blanks, filled, unknown_blanks
from gapless.core.notices.wording import put
from gapless.core.text import LANGUAGES

SECRET = "s3cret"


class Loaded:
    """A fact that gives something away to whoever gets at its attributes or items."""

    secret = SECRET

    def __str__(self) -> str:
        return "East hall"

    def __getitem__(self, key: object) -> str:
        return SECRET

    def __format__(self, spec: str) -> str:
        return SECRET if spec else str(self)


PAYLOADS = [
    # Jinja, Django and Twig
    "{{7*7}}", "{{ 7*'7' }}", "{{unit.secret}}", "{{ unit|attr('secret') }}",
    "{{config}}", "{{config.items()}}", "{{self.__init__.__globals__}}",
    "{{request.application.__globals__.__builtins__.__import__('os').popen('id').read()}}",
    "{{''.__class__.__mro__[1].__subclasses__()}}", "{% debug %}", "{% load log %}",
    "{% include '/etc/passwd' %}", "{% for x in ().__class__.__base__ %}{{x}}{% endfor %}",
    "{{_self.env.registerUndefinedFilterCallback('exec')}}", "{{dump(app)}}", "{# note #}",
    "{{ messages.storages.0.signer.key }}", "{%print(1)%}", "{{cycler.__init__}}",
    # str.format and f-strings
    "{unit.secret}", "{unit.__class__}", "{unit.__init__.__globals__[settings]}",
    "{unit[0]}", "{unit[secret]}", "{unit!r}", "{unit!s:>99999999}", "{unit:secret}", "{0}",
    "{0.__class__}", "{}", "{unit:{width}}", "{{unit}}{",
    # string.Template, %, Ruby, Java, PHP, Go, JavaScript and others
    "$unit", "${unit.secret}", "${7*7}", "%(unit)s", "#{7*7}", "<%= 7*7 %>", "*{7*7}",
    "@(7*7)",     "${T(java.lang.Runtime).getRuntime().exec('id')}", "{php}echo 1;{/php}",
    "{{.Env}}",
    "{{constructor.constructor('return 1')()}}", "[[${7*7}]]", "<script>alert(1)</script>",
    "{unit\u200b}", "{ unit }", "{UNIT}", "{unit", "｛unit｝", "{\nunit}",
]  # fmt: skip


def test_the_corpus_is_as_long_as_it_must_be() -> None:
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_stands_as_it_was_written(payload: str) -> None:
    said = filled(payload, {"unit": Loaded(), "settings": Loaded()})  # type: ignore[dict-item]

    # `{{unit}}` holds a blank between two braces of no meaning.
    assert said == payload.replace("{unit}", "East hall")
    assert SECRET not in said


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_in_a_fact_stands_as_it_was_said(payload: str) -> None:
    assert filled("{unit}: {n}", {"unit": payload, "n": 3}) == f"{payload}: 3"


@given(
    st.text(),
    st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True), st.text()),
)
def test_only_blanks_with_a_fact_change(wording: str, facts: dict[str, str]) -> None:
    said = filled(wording, facts)

    if not set(blanks(wording)) & set(facts):
        assert said == wording


@given(st.text(alphabet="{}ab."), st.text(alphabet="{}ab."))
def test_what_a_fact_says_is_not_read_again(first: str, second: str) -> None:
    assert filled("{a}|{b}", {"a": first, "b": second}) == f"{first}|{second}"


def test_a_blank_without_its_fact_stays_to_be_seen() -> None:
    assert filled("{unit} and {nobody}", {"unit": "East"}) == "East and {nobody}"
    assert unknown_blanks("{unit} {nobody} {nobody}", ["unit"]) == ("nobody",)


def test_every_kind_is_worded_in_every_language_with_facts_it_has() -> None:
    for name, kind in KINDS.items():
        assert kind.group in {*GROUPS, ""}
        assert set(kind.facts) <= set(FACTS), name
        for words in (kind.title, kind.body):
            assert set(words) == set(LANGUAGES), name
            for text in words.values():
                assert not unknown_blanks(text, kind.facts), name
        asked = {tuple(sorted(blanks(text))) for text in kind.title.values()}
        assert len(asked) == 1, name
    for label in (*GROUPS.values(), *FACTS.values()):
        assert set(label) == set(LANGUAGES)


def test_moments_are_shown_by_the_readers_clock_and_names_in_their_language() -> None:
    facts = {
        "due_at": "2026-03-02T16:30:00+00:00",
        "what": {"zh-hans": "满意度", "en": "Joy"},
    }
    words = {"en": "{what} by {due_at}", "zh-hans": "{what}：{due_at}"}

    with timezone.override("Asia/Shanghai"), translation.override("en"):
        assert put(words, facts) == "Joy by 2026-03-03 00:30"
    with timezone.override("Europe/Berlin"), translation.override("zh-hans"):
        assert put(words, facts) == "满意度：2026-03-02 17:30"
