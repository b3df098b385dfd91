"""A file as Wenjuanxing exports it: GB18030, its own columns, a matrix, joined options."""

import csv
import io
from pathlib import Path

HEADER = [
    "序号",
    "提交答卷时间",
    "所用时间",
    "来源",
    "来源详情",
    "来自IP",
    "1、您办理业务的营业厅",
    "2、请评价本次服务:服务设施整洁美观",
    "2、请评价本次服务:业务办理准确无误",
    "2、请评价本次服务:员工响应及时",
    "3、您办理了哪些业务",
    "4、您有多大可能向朋友推荐我们",
    "5、您的手机号",
    "6、您对我们还有什么意见",
]
HALLS = ["人民路营业厅", "解放大道营业厅", "大学城营业厅"]
WORDS = ["非常不满意", "不满意", "一般", "满意", "非常满意"]
BUSINESS = ["缴费", "套餐变更", "宽带", "补卡"]
REMARKS = ["", "排队有点久", "(空)", "很好，=5分", "+1"]

ROWS = 240
WRONG = {17: 1, 90: 8}
"""In these rows something is wrong: which row, and which column (as counted from 0)."""


def sound(number: int) -> list[str]:
    """A row as the customer answered it."""
    points = [WORDS[4 - (number * step) % 9 % 5] for step in (2, 4, 5)]
    chosen = [b for place, b in enumerate(BUSINESS) if number % (place + 2) == 0]
    return [
        str(number),
        f"2026/{1 + number % 3}/{1 + number % 28} {9 + number % 9}:05:00",
        f"{40 + number % 50}秒",
        "微信",
        "N/A",
        f"112.5.{number % 200}.7(湖北-武汉)",
        HALLS[number % 3],
        *points,
        "┋".join(chosen or BUSINESS[:1]),
        str(number * 7 % 11),
        f"1380013{number:04}",
        REMARKS[number % 5],
    ]


def row(number: int) -> list[str]:
    cells = sound(number)
    if number in WRONG:
        cells[WRONG[number]] = "不是答案"
    return cells


def export(folder: Path) -> Path:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *(row(number) for number in range(1, ROWS + 1))])
    file = folder / "按文本_营业厅满意度.csv"
    file.write_bytes(text.getvalue().encode("gb18030"))
    return file
