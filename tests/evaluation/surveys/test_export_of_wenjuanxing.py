"""An export as 问卷星 writes it, in GB18030, from the suggestion to the cells."""

import random
from dataclasses import replace

import pytest

from gapless.core.files.blobs import path_of
from gapless.core.imports.choices import ColumnKind as K
from gapless.core.imports.confirming import answered, open_questions
from gapless.core.imports.mapping import FileMap, Scale
from gapless.core.imports.queries import table_of
from gapless.core.imports.suggestions import left_out, suggested
from gapless.core.instruments.choices import ItemKind
from gapless.core.instruments.models import Answer
from gapless.core.instruments.queries import wrong_cells

from .conftest import account, through

HEADER = [
    *("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP"),
    *("1、您的性别", "2、您今天办理的业务", "3、请评价—环境整洁", "3、请评价—排队时间"),
    *("4、您用过(微信)", "4、您用过(掌厅)", "5、您有多大可能向朋友推荐我们", "6、您的建议"),
    *("7、您的手机号码", "总分"),
]
POINTS = ["非常不满意", "不满意", "一般", "满意", "非常满意"]
SERVICES = ["宽带", "缴费", "补卡", "其他〖修电话〗"]


def export(rows: int) -> str:
    chance = random.Random(rows)  # noqa: S311  no secret
    lines = [",".join(HEADER)]
    for n in range(1, rows + 1):
        boxes = ["1", "0"] if n % 3 else ["(跳过)", "(跳过)"]
        day = f"2026/02/{1 + n % 9:02} 10:{n % 60:02}:11"
        cells = [
            *(str(n), day, f"{60 + n}秒", "手机提交", "直接访问", f"114.80.1.{n % 200}"),
            *(chance.choice("男女"), "┋".join(chance.sample(SERVICES, 1 + n % 3))),
            *(chance.choice(POINTS), chance.choice(POINTS)),
            *(*boxes, str(n % 11), "很好" if n % 5 == 0 else "(空)"),
            *(f"138{n:08}", str(n % 10)),
        ]
        lines.append(",".join(cells))
    return "\n".join(lines)


@pytest.fixture
def wenjuanxing(cast, bring):
    """The file, with what its importer says on the pages: which hall, which form."""
    import_ = bring(export(120).encode("gb18030"), FileMap(columns=()), "导出.csv")
    table = table_of(import_)
    assert set(left_out(table)) == {"来源详情", "来自IP", "7、您的手机号码"}
    file_map = suggested(table)
    for question in open_questions(table, file_map):
        assert question.suggestion
        file_map = answered(file_map, question, question.suggestion)
    file_map = replace(
        file_map,
        scales={ItemKind.SCORE: Scale(1, 5)},
        unit="EAST-HALL",
        form="wjx",
        form_name="营业厅满意度",
    )
    # The very file again, now that it is described.
    return bring(path_of(import_.file.sha256).read_bytes(), file_map, "导出.csv")


def test_an_export_of_wenjuanxing_comes_in_as_suggested(cast, wenjuanxing):
    import_ = through(wenjuanxing, cast)
    assert account(import_) == {"rows": 120, "added": 120}
    kinds = dict(import_.version.items.values_list("code", "kind"))
    assert kinds == {
        "Q1": "single",
        "Q2": "multiple",
        "Q3_1": "score",
        "Q3_2": "score",
        "Q4": "multiple",
        "Q5": "nps",
        "Q6": "text",
    }
    options = import_.version.items.get(code="Q2").options
    assert {o["text"]["en"] for o in options} == {"宽带", "缴费", "补卡", "其他"}
    assert not list(wrong_cells(import_.version))


def test_nobody_s_address_or_number_is_kept(cast, wenjuanxing):
    through(wenjuanxing, cast)
    kept = [str(texts) for texts in Answer.objects.values_list("texts", flat=True)]
    assert not any("114.80" in text or "138" in text for text in kept)
    assert sum("很好" in text for text in kept) == 24
    file_map = wenjuanxing.file_map
    assert file_map is not None
    assert [c.name for c in file_map.of(K.RESPONDENT)] == ["序号"]


def test_the_next_export_brings_only_what_is_new(cast, bring, wenjuanxing):
    through(wenjuanxing, cast)
    again = bring(export(120).encode("gb18030"), wenjuanxing.file_map, "导出2.csv")
    assert account(through(again, cast)) == {"rows": 120, "already_there": 120}
