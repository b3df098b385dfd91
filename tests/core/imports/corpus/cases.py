"""A file of the corpus, and what is known of it: the answers that it was made from."""

import random
from dataclasses import dataclass, field

POINTS = ("e1", "p1", "e2", "p2")


@dataclass(frozen=True)
class Case:
    """
    One file. ``rows``: how many rows of answers it holds, where that is known;
    ``wrong``: how many of them cannot be used; ``refused``: why it is not read at all;
    without any of these it may do either, but must say why.
    """

    label: str
    name: str
    content: bytes
    rows: int | None = None
    wrong: int | None = None
    refused: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] | None = field(default=None, repr=False)

    def __str__(self):
        return self.label

    @property
    def may_do_either(self):
        return self.rows is None and not self.refused


@dataclass(frozen=True)
class Script:
    """Words of one writing."""

    header: tuple[str, ...]
    halls: tuple[str, ...]
    comments: tuple[str, ...]
    title: str


SIMPLIFIED = Script(
    ("编号", "厅", "日期", *POINTS, "意见"),
    ("东城厅", "西城厅", "政务服务中心"),
    ("很好", "排队太久，窗口少", "工作人员态度不错", "", "还可以", "希望多开几个窗口"),
    "服务质量调查",
)
TRADITIONAL = Script(
    ("編號", "廳", "日期", *POINTS, "意見"),
    ("東城廳", "西城廳", "政務服務中心"),
    ("很好", "排隊太久，窗口少", "工作人員態度不錯", "", "還可以", "希望多開幾個窗口"),
    "服務質量調查",
)
WESTERN = Script(
    ("id", "Zweigstelle", "Datum", *POINTS, "Bemerkung für uns"),
    ("München", "Köln", "Zürich"),
    ("sehr gut", "Die Schlange war länger, schön ist anders", "très bien", "", "größer"),
    "Umfrage zur Qualität",
)
KOREAN = Script(
    ("번호", "지점", "날짜", *POINTS, "의견"),
    ("서울지점", "부산지점", "대구지점"),
    ("아주 좋았습니다", "대기 시간이 길었습니다", "직원이 친절했습니다", "", "보통입니다"),
    "서비스 만족도 조사",
)
HALLS = {*SIMPLIFIED.halls, *TRADITIONAL.halls, *WESTERN.halls, *KOREAN.halls}


def answers(rng: random.Random, script: Script, count: int) -> list[list[str]]:
    """Sound rows, each of somebody else."""
    start = rng.randrange(10_000)
    return [
        [
            f"R{start + number:05}",
            rng.choice(script.halls),
            f"2026-0{rng.randint(1, 9)}-{rng.randint(10, 28)}",
            *(str(rng.randint(1, 7)) for _ in POINTS),
            # The first rows are sure to show the script.
            script.comments[number % len(script.comments)],
        ]
        for number in range(count)
    ]
