"""Dates in any order: read when their order is known, never guessed at."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapless.core.imports.cells import Wrong
from gapless.core.imports.choices import DateOrder
from gapless.core.imports.dates import Dates, moment, possible_orders, stated

SHANGHAI = ZoneInfo("Asia/Shanghai")
WRITTEN = {
    DateOrder.YMD: "%y/%m/%d",
    DateOrder.DMY: "%d/%m/%Y",
    DateOrder.MDY: "%m-%d-%Y",
    DateOrder.YDM: "%y.%d.%m",
}


@pytest.mark.parametrize(
    ("cell", "order", "when"),
    [
        ("03-May-2014", "", datetime(2014, 5, 3, tzinfo=SHANGHAI)),
        ("3 May 2014 9:05 pm", "", datetime(2014, 5, 3, 21, 5, tzinfo=SHANGHAI)),
        ("May 3, 2014", "", datetime(2014, 5, 3, tzinfo=SHANGHAI)),
        ("Sat, 3rd of Sept. 2016", "", datetime(2016, 9, 3, tzinfo=SHANGHAI)),
        ("2014 May 03", "", datetime(2014, 5, 3, tzinfo=SHANGHAI)),
        ("2014年5月3日", "", datetime(2014, 5, 3, tzinfo=SHANGHAI)),
        ("2014年5月3日 下午3:05", "", datetime(2014, 5, 3, 15, 5, tzinfo=SHANGHAI)),
        ("２０１４/５/３", "", datetime(2014, 5, 3, tzinfo=SHANGHAI)),
        ("05/11/2016 12:00:00 AM", "mdy", datetime(2016, 5, 11, tzinfo=SHANGHAI)),
        ("11.05.2016 12:30 PM", "dmy", datetime(2016, 5, 11, 12, 30, tzinfo=SHANGHAI)),
        ("2016-05-11", "dmy", datetime(2016, 5, 11, tzinfo=SHANGHAI)),
        ("20160511143005", "", datetime(2016, 5, 11, 14, 30, 5, tzinfo=SHANGHAI)),
        ("2016/5/11 14:30:05.123", "", datetime(2016, 5, 11, 14, 30, 5, tzinfo=SHANGHAI)),
    ],
)
def test_a_date_is_read_in_its_order(cell, order, when):
    assert moment(cell, "Asia/Shanghai", order) == when


@pytest.mark.parametrize("cell", ["3/2/2026", "03.02.26", "13/2/2026 10:00"])
def test_without_an_order_no_date_is_guessed_at(cell):
    with pytest.raises(Wrong, match="time_order_unsaid"):
        moment(cell, "UTC")


@pytest.mark.parametrize("cell", ["13:05 pm", "May 2014", "2014-05", "May May 3 2014"])
def test_what_is_no_whole_date_is_none(cell):
    with pytest.raises(Wrong):
        moment(cell, "UTC", "dmy")


def test_an_order_is_known_where_one_date_gives_it_away():
    assert possible_orders(["05/11/2016", "05/13/2016"]) == {"mdy"}
    assert possible_orders(["5.11.2016", "13.5.2016"]) == {"dmy"}
    assert possible_orders(["05/11/2016", "06/12/2016"]) == {"dmy", "mdy"}
    assert possible_orders(["05/06/07"]) == set(DateOrder.values)
    assert possible_orders(["2016-05-11", "3 May 2014"]) == {""}
    assert possible_orders(["2016-05-11", "31/5/2014"]) == {"dmy"}
    assert possible_orders(["13/13/2016"]) == set()


@given(st.dates(date(1970, 1, 1), date(2068, 12, 31)), st.sampled_from(DateOrder))
def test_what_is_written_in_an_order_reads_back_in_it(day, order):
    cell = day.strftime(WRITTEN[order])
    assert stated(cell, order).date() == day
    assert order in possible_orders([cell])


@given(st.text(max_size=40), st.sampled_from(["", *DateOrder.values]))
def test_no_text_breaks_a_date(cell, order):
    found = Dates(order)[cell]
    assert found is None or isinstance(found, Wrong | datetime)


def test_a_date_that_stands_for_none_is_none():
    dates = Dates("mdy", ["1899-12-31", "0000"])
    assert dates["12/31/1899 09:30:00 AM"] is None
    assert dates["0000"] is None
    assert isinstance(Dates("mdy")["12/31/1899"], Wrong)


def test_a_day_alone_belongs_to_the_month_that_somebody_gave():
    dates = Dates(month=date(2014, 5, 1))
    assert dates["13"] == datetime(2014, 5, 13)  # noqa: DTZ001  the unit's zone follows
    assert isinstance(dates["32"], Wrong)
    assert Dates()["13"].code == "time_day_alone"
    assert moment("2014-05-13T10:00:00Z", "Asia/Shanghai") == datetime(
        2014, 5, 13, 10, tzinfo=UTC
    )
