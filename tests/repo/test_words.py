"""One word for one thing, in every language (domain.md section 6)."""

import re

import catalogues
import pytest
import sentences
from catalogues import HANS, HANT

# Wording warnings of domain.md section 6: what conversion alone would leave behind.
MAINLAND = (
    "質量",
    "投訴",
    "信息",
    "默認",
    "用戶",
    "反饋",
    "置信",
    "維度",
    "均值",
    "計劃",
    "審計",
    "質檢",
    "糾正",
    "感知",
    "賬號",
    "單元格",
    "許可權",
)
# The place where customers are served is a unit; a business hall is one kind of unit.
OTHER_WORDS_FOR_UNIT = re.compile(r"\b(branch|branches|outlets?|stores?|shops?)\b", re.I)
# Officialese that design.md section 11 asks us not to speak.
OFFICIALESE = ("请注意", "尊敬的", "系统检测到", "操作成功", "操作失败", "成功地", "！")


def translations(locale):
    return catalogues.read(catalogues.path_of(locale)).items()


def test_a_unit_is_called_a_unit():
    said = [s.text for s in sentences.gather() if OTHER_WORDS_FOR_UNIT.search(s.text)]
    assert said == []


@pytest.mark.parametrize("word", MAINLAND)
def test_traditional_chinese_is_written_as_in_taiwan(word):
    assert [t.text for _, t in translations(HANT) if word in t.text] == []


@pytest.mark.parametrize("word", OFFICIALESE)
def test_nobody_is_addressed_like_an_office(word):
    assert [t.text for _, t in translations(HANS) if word in t.text] == []


def test_a_sentence_stays_a_sentence():
    """An English full stop is a Chinese one: no sentence is cut, none made of a label."""
    cut = [
        s.text
        for s, t in translations(HANS)
        if t.text and s.text.endswith(".") != t.text.endswith("。")
    ]
    assert cut == []
