"""Exports of known products: their own columns, their questions, and nobody's address."""

import pytest

from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.flaws import flaws
from gapless.core.imports.reading import read_table
from gapless.core.imports.recognising import Source, about_people, source_of
from gapless.core.imports.suggestions import left_out, suggested
from gapless.core.imports.tables import Reading

WJX = ",".join(
    [
        *("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"),
        *("1、您的性别", "2、您办理的业务", "3、请评价—环境整洁", "3、请评价—排队时间"),
        *("4、您用过(微信)", "4、您用过(App)", "5、您有多大可能推荐我们"),
        *("6、您的意见", "7、您的手机号码", "总分\n"),
    ]
)
WJX += """\
1,2026/03/02 10:05:11,120秒,链接,直接,1.2.3.2,男,宽带┋缴费,非常满意,满意,1,0,10,很好,138,5
2,2026/03/02 10:06:11,98秒,链接,直接,1.2.3.3,女,缴费,满意,一般,0,1,9,(空),139,4
3,2026/03/03 11:00:00,300秒,微信,直接,1.2.3,女,宽带┋其他〖修〗,一般,不满意,1,1,3,(空),(空),3
4,2026/03/03 12:00:00,41秒,微信,直接,1.2.3,男,其他〖咨〗,不满意,非常不满意,0,0,0,慢,(空),2
5,2026/03/04 09:30:00,77秒,微信,直接,1.2.3.6,男,缴费,满意,满意,(跳过),(跳过),8,不错,(空),4
6,2026/03/04 09:40:00,60秒,微信,直接,1.2.3.7,女,宽带,非常满意,满意,1,0,7,(空),(空),4
7,2026/03/04 09:50:00,60秒,微信,直接,1.2.3.8,女,宽带,非常满意,满意,1,0,6,(空),(空),4
8,2026/03/04 09:51:00,60秒,微信,直接,1.2.3.8,女,宽带,满意,满意,1,0,5,(空),(空),4
9,2026/03/04 09:52:00,60秒,微信,直接,1.2.3.8,女,宽带,满意,满意,1,0,4,(空),(空),4
"""
BY_NUMBER = """\
序号,提交答卷时间,所用时间,来源,来源详情,来自IP,1、性别,2、满意度,总分
1,2026/3/2 10:05:11,120秒,链接,直接,1.2.3.4,1,5,5
2,2026/3/2 10:05:12,121秒,链接,直接,1.2.3.4,2,4,5
3,2026/3/2 10:05:13,122秒,链接,直接,1.2.3.4,2,3,5
4,2026/3/2 10:05:14,123秒,链接,直接,1.2.3.4,1,1,5
"""
LIMESURVEY = """\
id,submitdate,lastpage,startlanguage,seed,ipaddr,G1Q1[SQ001],G1Q1[SQ002],G2Q1[SQ001],G2Q1[SQ002],G2Q1[other],G3Q1,email
1,2026-03-02 10:05:11,3,zh,123,1.2.3.4,5,4,Y,,,9,a@b.c
2,2026-03-02 11:05:11,3,zh,124,1.2.3.5,4,2,,Y,phone,10,d@e.f
3,2026-03-02 12:05:11,3,zh,125,1.2.3.6,1,3,Y,Y,,0,g@h.i
4,,1,zh,126,1.2.3.7,2,5,,,,,j@k.l
"""
SURVEYMONKEY = (
    "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,"
    "How satisfied are you?,Which did you use?,,,Anything else?\n"
)
SURVEYMONKEY += """\
,,,,,,Response,Desk,Phone,Other (please specify),Open-Ended Response
1,9,03/12/2026 10:00,03/13/2026 10:05:00 AM,1.2.3.4,a@b.c,Very satisfied,Desk,,,fine
2,9,03/12/2026 10:00,03/13/2026 11:05:00 AM,1.2.3.4,d@e.f,Satisfied,,Phone,fax,
3,9,03/12/2026 10:00,03/14/2026 10:05:00 AM,1.2.3.4,g@h.i,Dissatisfied,Desk,Phone,,slow
4,9,03/12/2026 10:00,03/14/2026 12:05:00 AM,1.2.3.4,j@k.l,Satisfied,Desk,,,
"""


def table_of(tmp_path, content, *, encoding="utf-8", header_rows=0):
    path = tmp_path / "export.csv"
    path.write_bytes(content.encode(encoding))
    return read_table(path, reading=Reading(header_rows=header_rows))


def by_kind(file_map):
    found = {}
    for column in file_map.columns:
        found.setdefault(column.kind, []).append(column)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_wenjuanxing_is_known_in_every_encoding(tmp_path, encoding):
    table = table_of(tmp_path, WJX, encoding=encoding)
    assert source_of(table) is Source.WJX
    file_map = suggested(table)
    kinds = by_kind(file_map)
    assert [c.name for c in kinds[K.RESPONDENT]] == ["序号"]
    assert [c.name for c in kinds[K.TIME]] == ["提交答卷时间"]
    [sex] = kinds[K.SINGLE]
    assert (sex.item, sex.text, sex.options) == ("Q1", "您的性别", ("男", "女"))
    joined, *ticked = kinds[K.MULTIPLE]
    assert (joined.item, joined.separator) == ("Q2", "┋")
    assert set(joined.options) == {"宽带", "缴费", "其他"}
    assert [(c.item, c.option) for c in ticked] == [("Q4", "微信"), ("Q4", "App")]
    scores = [(c.item, c.text, dict(c.coding)["满意"]) for c in kinds[K.SCORE]]
    assert scores == [("Q3_1", "环境整洁", 4), ("Q3_2", "排队时间", 4)]
    assert [c.item for c in kinds[K.NPS]] == ["Q5"]
    assert [c.item for c in kinds[K.TEXT]] == ["Q6"]
    assert {"(空)", "(跳过)"} <= set(file_map.missing)
    assert not list(flaws(file_map.columns))


def test_who_somebody_is_stays_out_and_is_said(tmp_path):
    table = table_of(tmp_path, WJX)
    assert set(left_out(table)) == {"来自IP", "来源详情", "7、您的手机号码"}
    left = {c.name for c in suggested(table).columns if c.kind is K.IGNORE}
    assert set(left_out(table)) <= left


@pytest.mark.parametrize(
    ("name", "personal"),
    [
        ("E-mail", True),
        ("IP Address", True),
        ("3、姓名", True),
        ("Phone number", True),
        ("您的联系电话", True),
        ("hall name", False),
        ("4、客户经理的服务是否让您觉得电话办理很方便", False),
        ("Q7ALL", False),
    ],
)
def test_columns_about_people_are_known_by_name(name, personal):
    assert about_people(name) is personal


def test_options_by_number_are_told_from_points(tmp_path):
    kinds = by_kind(suggested(table_of(tmp_path, BY_NUMBER)))
    assert [(c.item, c.options) for c in kinds[K.SINGLE]] == [("Q1", ("1", "2"))]
    assert [c.item for c in kinds[K.SCORE]] == ["Q2"]


def test_limesurvey_is_known(tmp_path):
    table = table_of(tmp_path, LIMESURVEY)
    assert source_of(table) is Source.LIMESURVEY
    file_map = suggested(table)
    kinds = by_kind(file_map)
    assert [c.name for c in kinds[K.RESPONDENT]] == ["id"]
    assert [c.name for c in kinds[K.TIME]] == ["submitdate"]
    assert [c.item for c in kinds[K.SCORE]] == ["G1Q1_1", "G1Q1_2"]
    assert [(c.item, c.option) for c in kinds[K.MULTIPLE]] == [
        ("G2Q1", "SQ001"),
        ("G2Q1", "SQ002"),
    ]
    assert [c.name for c in kinds[K.TEXT]] == ["G2Q1[other]"]
    assert left_out(table) == ("ipaddr", "email")
    assert not list(flaws(file_map.columns))


def test_surveymonkey_is_known_with_its_two_rows_of_names(tmp_path):
    table = table_of(tmp_path, SURVEYMONKEY, header_rows=2)
    assert source_of(table) is Source.SURVEYMONKEY
    file_map = suggested(table)
    kinds = by_kind(file_map)
    assert [c.name for c in kinds[K.TIME]] == ["End Date"]
    assert file_map.date_order == "mdy"
    [satisfied] = kinds[K.SCORE]
    assert (satisfied.text, dict(satisfied.coding)["Satisfied"]) == (
        "How satisfied are you?",
        4,
    )
    assert [c.option for c in kinds[K.MULTIPLE]] == ["Desk", "Phone"]
    assert len(kinds[K.TEXT]) == 2
    assert not list(flaws(file_map.columns))


def test_an_ordinary_file_is_nobodys_export(tmp_path):
    assert source_of(table_of(tmp_path, "id,q1,q2\n1,5,4\n")) is None
