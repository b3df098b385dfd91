"""The tool that gathers the product's sentences and keeps its two Chinese catalogues."""

import gettext
import re

import catalogues
import pytest
import sentences
import translating
from catalogues import HANS, HANT, Sentence, Translation
from chinese import Converter, terms
from translating import Words

WAIT = Sentence("The wait is too long.")
CASES = Sentence("%(count)d case.", "%(count)d cases.")


@pytest.fixture(scope="module")
def convert():
    return Converter(terms())


@pytest.fixture
def locale(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    return tmp_path


def in_python(source):
    return [sentence for sentence, _ in sentences.of_python(source)]


def in_template(source):
    return [sentence for sentence, _ in sentences.of_template(source)]


def merged(wanted, hans=None, hant=None, listed=None, convert=str):
    return translating.merged(wanted, hans or {}, hant or {}, listed or {}, convert)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("Save")', Sentence("Save")),
        ('gettext_lazy("Save")', Sentence("Save")),
        ('_("in two "\n  "pieces")', Sentence("in two pieces")),
        ('ngettext("%(n)d case", "%(n)d cases", n)', Sentence("%(n)d case", "%(n)d cases")),
        ('ngettext_lazy("a", "b", "n")', Sentence("a", "b")),
        ('pgettext("month", "May")', Sentence("May", context="month")),
        ('npgettext("a", "b", "c", n)', Sentence("b", "c", "a")),
    ],
)
def test_sentences_of_python(source, found):
    assert in_python(source) == [found]


def test_no_sentence_goes_by_a_name_that_is_not_gathered():
    renamed = re.compile(r"gettext\w* as (?!_$)\w+", re.MULTILINE)
    assert [
        p for p in sentences.files(sentences.PYTHON) if renamed.search(p.read_text())
    ] == []


def test_what_is_not_marked_in_python_is_no_sentence():
    assert in_python('print("Save")\nname = _(title)') == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{% translate 'Save' %}", Sentence("Save")),
        ('{% translate "May" context "month" as may %}', Sentence("May", context="month")),
        ('<c-ui.button title="{% translate "Save" %}">', Sentence("Save")),
        ('{% include "x" with title=_("Save") %}', Sentence("Save")),
        ("{{ _('Save') }}", Sentence("Save")),
        (
            "{% blocktranslate with name=unit.name %}At {{ name }}.{% endblocktranslate %}",
            Sentence("At %(name)s."),
        ),
        (
            "  {% blocktranslate trimmed %}\n    One line,\n  in fact.\n"
            "{% endblocktranslate %}",
            Sentence("One line, in fact."),
        ),
        (
            "<p>\n      {% blocktranslate trimmed count n=cases|length %}\n"
            "    {{ n }} case.\n  {% plural %}\n    {{ n }} cases.\n"
            "  {% endblocktranslate %}\n</p>",
            Sentence("%(n)s case.", "%(n)s cases."),
        ),
        (
            "{% blocktranslate %}100 % sure.{% endblocktranslate %}",
            Sentence("100 %% sure."),
        ),
    ],
)
def test_sentences_of_a_template(source, found):
    assert in_template(source) == [found]


def test_a_sentence_knows_its_line():
    source = "<p>don't (</p>\n\n     {% translate 'Save' %}\n"
    assert list(sentences.of_template(source)) == [(Sentence("Save"), 3)]


def test_a_catalogue_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "a" / "django.po"
    said = {
        WAIT: Translation("等得太久。"),
        CASES: Translation("%(count)d 件。", written=True),
        Sentence("May", context="month"): Translation("五月"),
        Sentence('with "quotes"\nand a break'): Translation("引号\n换行"),
    }
    catalogues.write(path, HANS, said)
    assert catalogues.read(path) == said


def test_a_catalogue_holds_nothing_that_changes_by_itself(tmp_path):
    path = tmp_path / "django.po"
    catalogues.write(path, HANS, {WAIT: Translation("a"), CASES: Translation("b")})
    first = path.read_text("utf-8")
    catalogues.write(path, HANS, {CASES: Translation("b"), WAIT: Translation("a")})
    assert path.read_text("utf-8") == first
    assert not [word for word in ("Date", "Babel", "#:", "fuzzy") if word in first]


def test_what_is_compiled_is_what_gettext_reads(locale):
    said = {WAIT: Translation("等得太久。"), CASES: Translation("%(count)d 件。")}
    catalogues.write(catalogues.path_of(HANS), HANS, said)
    (made,) = catalogues.compile_all()
    with made.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext(WAIT.text) == "等得太久。"
    assert {read.ngettext(CASES.text, CASES.plural, n) for n in (0, 1, 2)} == {
        "%(count)d 件。"
    }


def test_a_list_brings_words_and_the_rest_is_converted(convert):
    hans, hant = merged(
        [WAIT], listed={WAIT.text: Words("默认等得太久。")}, convert=convert
    )
    assert hans == {WAIT: Translation("默认等得太久。")}
    assert hant == {WAIT: Translation("預設等得太久。")}


def test_what_a_person_wrote_is_not_converted_again():
    by_hand = Translation("等太久了。", written=True)
    _, kept = merged([WAIT], hans={WAIT: Translation("x")}, hant={WAIT: by_hand})
    _, listed = merged([WAIT], listed={WAIT.text: Words("x", "等太久了。")})
    assert kept == listed == {WAIT: by_hand}


def test_what_was_converted_follows_the_words_it_came_from():
    _, hant = merged(
        [WAIT], hans={WAIT: Translation("new")}, hant={WAIT: Translation("old")}
    )
    assert hant == {WAIT: Translation("new")}


def test_what_is_no_longer_said_is_forgotten():
    assert merged([], hans={WAIT: Translation("x")}) == ({}, {})


def test_a_plural_is_listed_under_either_of_its_forms():
    for text in (CASES.text, CASES.plural):
        hans, _ = merged([CASES], listed={text: Words("%(count)d 件。")})
        assert hans == {CASES: Translation("%(count)d 件。")}


def test_a_percent_sign_of_a_template_is_listed_as_people_write_it():
    sure = Sentence("100 %% sure about %(name)s.")
    listed = {"100 % sure about %(name)s.": Words("%(name)s 100% 确定。")}
    hans, _ = merged([sure], listed=listed)
    assert hans == {sure: Translation("%(name)s 100%% 确定。")}


def test_two_lists_that_contradict_one_another_are_named(tmp_path):
    (tmp_path / "a.tsv").write_text("Save\t保存\t\nOpen\t打开\n", "utf-8")
    (tmp_path / "b.tsv").write_text(
        "msgid\tzh-Hans\tzh-Hant\nSave\t存\n\nOpen\t打开", "utf-8"
    )
    listed, contradictions = translating.word_list(tmp_path)
    assert listed == {"Save": Words("保存"), "Open": Words("打开")}
    assert [c[:5] for c in contradictions] == ["b.tsv"]


@pytest.mark.parametrize(
    ("sentence", "translation", "flaw"),
    [
        (WAIT, None, "is missing"),
        (WAIT, Translation(""), "has no translation"),
        (CASES, Translation("%(number)d 件。"), "has the blanks %(count)d"),
        (CASES, Translation("件。"), "its translation none"),
        (WAIT, Translation("%(count)d 件。"), "has the blanks none"),
        (CASES, Translation("%(count)d 件。"), ""),
        (Sentence("One case.", "%(n)s cases."), Translation("%(n)s 件。"), ""),
        (Sentence("See <b>here</b>."), Translation("看<b>这里</b>。"), ""),
        (Sentence("See <b>here</b>."), Translation("看<b>这里。"), "its translation <b>"),
        (Sentence("100 %% sure."), Translation("百分之百确定。"), ""),
    ],
)
def test_flaws_of_a_translation(sentence, translation, flaw):
    found = translating.flaw_of(sentence, translation)
    assert flaw in found
    assert bool(found) == bool(flaw)


def test_what_was_not_converted_anew_is_found(convert):
    hans = {WAIT: Translation("质量"), CASES: Translation("质量")}
    hant = {WAIT: Translation("質量"), CASES: Translation("質量", written=True)}
    assert list(translating.stale(hans, hant, convert)) == [WAIT]


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("服务质量", "服務品質"),
        ("投诉", "客訴"),
        ("纠正措施", "矯正措施"),
        ("顾客差距的置信区间", "顧客缺口的信賴區間"),
        ("默认账号", "預設帳號"),
        ("第 %(line)s 行", "第 %(line)s 列"),
        ("协方差", "共變異數"),
        ("权限", "權限"),
    ],
)
def test_terms_of_the_trade_are_taiwans(convert, simplified, traditional):
    assert convert(simplified) == traditional


def test_every_term_differs_from_what_conversion_gives_by_itself():
    plain = Converter({"\0": "\0"})
    assert [s for s, t in terms().items() if plain(s) == t] == []


def test_chinese_in_code_is_found_and_in_comments_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(sentences, "ROOT", tmp_path)
    for path, text in {
        "src/gapless/a.py": '"""要求"""\n# 要求\nwords = "要求"\n',
        "src/gapless/web/templates/a.html": "{# 要求 #}\n<p>{% translate 'Save' %}。</p>\n",
        "frontend/src/a.js": "// 要求\n/* 要\n求 */\nsay('https://x', '要求')\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    assert [str(place) for place in sentences.chinese_in_code()] == [
        "src/gapless/a.py:3",
        "src/gapless/web/templates/a.html:2",
        "frontend/src/a.js:4",
    ]


def test_english_outside_a_sentence_is_found():
    source = (
        "<p>{% translate 'Save' %} Gapless</p>\n"
        '<a title="Open it" href="somewhere" :title="title">{{ name }}</a>\n'
        "{% blocktranslate %}All <b>said</b>.{% endblocktranslate %}\n"
        '<script type="application/json">{"key": "words"}</script>\n'
        "<p>Left &amp; right</p>\n"
    )
    assert list(sentences.bare_words(source)) == [
        (2, "Open it"),
        (5, "Left"),
        (5, "right"),
    ]


def test_the_catalogues_are_whole():
    assert list(translating.problems()) == []


def test_each_chinese_script_has_a_catalogue():
    for name in (HANS, HANT):
        assert catalogues.read(catalogues.path_of(name))
