"""Files of units and of people on pages: looked at, taken in, mended, thrown away."""

import re
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gapless.core.jobs.working import run_next
from gapless.loop import JOBS
from gapless.people.org import file_columns, person_rows, taking_in, unit_rows
from gapless.people.org.models import OrgFile, Unit
from gapless.web.orgfiles.words import FLAWS, ROWS
from tests.conftest import Cast
from tests.web.signing_in import signed_in

UNITS = (
    "code,name,kind,parent,mon\nN1,New hall,hall,R1,9:00-18:00\nR1,Region 1,region,,\n"
    "EAST-HALL,East hall 2,,R1,\nWEST-HALL,,,NOPE,25:00-3\nCITY,City,,,\n"
)


def sent(client: Client, area: str, rows: str, at: Unit) -> str:
    file = SimpleUploadedFile("list.csv", rows.encode())
    there = client.post(f"/{area}/files/new/", {"file": file, "unit": at.pk})
    return str(there["Location"])


def text(client: Client, url: str) -> str:
    page = client.get(url).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_units_are_looked_at_row_by_row_before_they_come_in(cast: Cast) -> None:
    client = signed_in(cast.ma)
    url = sent(client, "units", UNITS, cast.city)
    page = text(client, url)
    assert "2 created + 0 changed + 1 moved + 1 unchanged + 1 rejected" in page
    assert "These units move" in page
    assert "East hall City (CITY) → Region 1 (R1)" in page
    assert "“25:00-3” are no opening hours." in page
    assert "New hall" not in text(client, f"{url}?show=rejected").split("Row by row")[1]
    assert not Unit.objects.filter(code="N1").exists()

    client.post(f"{url}intake/")
    assert "Taking the rows in" in text(client, url)
    while run_next(JOBS):
        pass
    assert "2 created + 0 changed + 1 moved + 1 unchanged + 1 rejected" in text(client, url)
    assert "Somebody had dealt with the file already" in (
        client.post(f"{url}removal/", follow=True).content.decode()
    )


def test_rejected_rows_are_mended_and_sent_again(cast: Cast) -> None:
    client = signed_in(cast.ma)
    url = sent(client, "units", UNITS, cast.city)
    rejected = client.get(f"{url}rejected.csv").content.decode("utf-8-sig")
    assert rejected.startswith("code,name,kind,parent,mon,Line,What is wrong,What to do")
    assert client.get(f"{url}rejected.xlsx").content[:2] == b"PK"

    assumed = "9:00-12:00 13:30-17:30"
    mended = rejected.replace("NOPE", "CITY").replace("25:00-3", assumed)
    again = sent(client, "units", mended, cast.city)
    assert "0 created + 0 changed + 1 unchanged + 0 rejected" in text(client, again)


def test_people_come_in_and_their_pages_follow(cast: Cast) -> None:
    client = signed_in(cast.ma)
    rows = "who,name,role,unit\nhe,He,agent,EAST-HALL\nli,,agent,EAST-HALL\n"
    url = sent(client, "people", rows, cast.city)
    assert "No column holds log-in names." in text(client, url)
    client.post(f"{url}intake/")
    assert OrgFile.objects.get().started_at is None

    client.post(f"{url}columns/", {"column_0": "username"})
    page = text(client, url)
    assert "1 created + 0 changed + 1 unchanged + 0 rejected" in page
    assert "Front-line staff at EAST-HALL from" in page
    client.post(f"{url}intake/")
    while run_next(JOBS):
        pass
    assert "New people have no password yet" in text(client, url)


def test_a_file_is_thrown_away(cast: Cast) -> None:
    client = signed_in(cast.ma)
    url = sent(client, "people", "login,name\nhe,He\n", cast.city)
    assert client.post(f"{url}removal/")["Location"] == "/people/files/"
    assert not OrgFile.objects.exists()
    assert "No file has come in yet" in text(client, "/people/files/")


def test_the_sample_of_either_kind_can_be_read(cast: Cast) -> None:
    client = signed_in(cast.ma)
    for area in ("units", "people"):
        content = client.get(f"/{area}/files/sample.csv").content.decode("utf-8-sig")
        assert "What would happen" in text(client, sent(client, area, content, cast.city))


def test_nobody_else_comes_near(cast: Cast) -> None:
    url = sent(signed_in(cast.ma), "units", UNITS, cast.city)
    for someone in (cast.chen, cast.wang, cast.li):
        assert signed_in(someone).get(url).status_code == 403
        assert signed_in(someone).get("/people/files/new/").status_code == 403


def test_every_reason_has_its_words() -> None:
    """The codes that stand in the modules which reject rows."""
    modules = (file_columns, unit_rows, person_rows, taking_in)
    found = set(taking_in.REFUSALS.values())
    for module in modules:
        source = Path(str(module.__file__)).read_text("utf-8")
        found |= set(re.findall(r'(?:Unreadable|_Refused)\("([a-z_]+)"\)', source))
        found |= set(
            re.findall(
                r'(?:_wrong|Wrong|short)\([^"()]*(?:\([^()]*\)[^"()]*)?"([a-z_]+)"', source
            )
        )
        found |= set(re.findall(r'return "([a-z_]+)"', source))
        found |= set(re.findall(r'_one_of\(.*"([a-z_]+)"\)', source))
    assert len(found) > 35
    assert found <= {*ROWS, *FLAWS}
