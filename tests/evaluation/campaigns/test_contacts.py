"""Contacts: sealed, found by exact addresses, brought in by lists, forgotten."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from gapless.core.addresses import BadEmail, BadPhone, email_of, phone_of
from gapless.core.audit.models import Event
from gapless.core.files import blobs
from gapless.core.files.models import StoredFile
from gapless.core.imports.tables import UnreadableFile
from gapless.core.jobs.working import run_next
from gapless.evaluation.campaigns import contact_lists, contacts
from gapless.evaluation.campaigns.contacts import ContactFacts
from gapless.evaluation.campaigns.list_rows import Holds
from gapless.evaluation.campaigns.models import Contact, ContactList
from gapless.loop import JOBS
from gapless.people.org.queries import viewer_of
from tests.conftest import NINE_AM, Cast

pytestmark = pytest.mark.usefixtures("own_folder")

LI = ContactFacts(name="Li Na", email="li.na@example.com", phone="+8613800138000")


def test_addresses_have_one_spelling() -> None:
    same = [
        "138 0013 8000",
        "+86 138-0013-8000",
        "008613800138000",
        "１３８００１３８０００",
    ]

    assert {phone_of(typed) for typed in same} == {"+8613800138000"}
    assert phone_of("010-6512 3456") == "+861065123456"
    assert phone_of("+852 2345 6789") == "+85223456789"
    assert email_of(" Li.Na@Example.COM ") == "li.na@example.com"


@pytest.mark.parametrize("typed", ["12", "call me", "138001380001380013800", "1380013800x"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        phone_of(typed)


def test_what_is_no_address_of_mail_is_refused() -> None:
    with pytest.raises(BadEmail):
        email_of("li.na at example.com")


def test_the_database_by_itself_names_nobody(cast: Cast) -> None:
    contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM campaigns_contact")
        row = " ".join(map(str, cursor.fetchone()))
    assert "Li Na" not in row
    assert "example.com" not in row
    assert "13800138000" not in row
    assert Contact.objects.get().name == "Li Na"


def test_the_trail_names_nobody(cast: Cast) -> None:
    contact = contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)
    other = ContactFacts(name="Li Nana", phone="+8613800138000")
    contacts.edit_contact(contact, other, cast.east, seen=1, by=cast.chen, now=NINE_AM)

    told = " ".join(str(event.facts) for event in Event.objects.all())
    assert "Li" not in told
    assert "138" not in told
    assert "name" in Event.objects.get(type="contact.edited").facts["changed"]


def test_somebody_is_found_by_a_whole_address_and_by_number(cast: Cast) -> None:
    contact = contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)
    every = contacts.visible_contacts(viewer_of(cast.chen, now=NINE_AM))

    for typed in ("LI.NA@example.com", "138 0013 8000", str(contact.pk), f"#{contact.pk}"):
        assert list(contacts.matching(every, typed)) == [contact]
    for typed in ("Li", "example.com", "1380013", "999999"):
        assert not contacts.matching(every, typed)


def test_the_same_address_is_the_same_person(cast: Cast) -> None:
    contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)

    again = ContactFacts(name="Somebody else", email="li.na@example.com")
    with pytest.raises(contacts.AlreadyKnown):
        contacts.add_contact(again, cast.west, by=cast.chen, now=NINE_AM)
    with pytest.raises(contacts.NoWayToAsk):
        contacts.add_contact(ContactFacts("X"), cast.east, by=cast.chen, now=NINE_AM)


def test_an_edit_that_has_not_seen_the_last_one_changes_nothing(cast: Cast) -> None:
    contact = contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)

    def edit(name: str) -> None:
        facts = ContactFacts(name=name, email="li.na@example.com")
        contacts.edit_contact(contact, facts, cast.east, seen=1, by=cast.chen, now=NINE_AM)

    edit("First")
    with pytest.raises(contacts.ChangedMeanwhile):
        edit("Second")
    assert Contact.objects.get().name == "First"


def test_only_who_may_see_contacts_sees_them_and_only_there(cast: Cast) -> None:
    contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)

    seen = {
        someone.name: contacts.visible_contacts(viewer_of(someone, now=NINE_AM)).count()
        for someone in (cast.chen, cast.wang, cast.zhao, cast.qian, cast.ma, cast.li)
    }
    assert seen == {"Chen": 1, "Wang": 0, "Zhao": 0, "Qian": 0, "Ma": 0, "Li": 0}


def test_erasing_leaves_no_trace_but_that_it_happened(cast: Cast) -> None:
    contact = contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)
    token = contacts.opt_out_token(contact)

    contacts.erase_contact(contact, by=cast.chen, reason="Asked for.", now=NINE_AM)

    assert not Contact.objects.exists()
    assert contacts.contact_of(token) is None
    assert Event.objects.get(type="contact.erased").reason == "Asked for."


@pytest.mark.parametrize("spoilt", ["", "1", "1-", "x-abc", "-", "99999999999999999999-a"])
def test_a_link_that_we_did_not_make_is_nobodys(cast: Cast, spoilt: str) -> None:
    contacts.add_contact(LI, cast.east, by=cast.chen, now=NINE_AM)

    assert contacts.contact_of(spoilt) is None


# --- Lists ----------------------------------------------------------------------------

HEADER = "姓名,电子邮箱,手机号码,单位编号,语言,套餐"
ROWS = [
    "李娜,li.na@example.com,138 0013 8000,,中文,5G",
    "王伟,,13900139000,EAST-HALL,zh-hant,4G",
    "陈静,not an address,,,,",
    "周杰,,,,,",
    "孙丽,sun.li@example.com,12,NOWHERE,klingon,",
    "李娜,LI.NA@example.com,,,,",
]


def a_list(*rows: str, header: str = HEADER, name: str = "list.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join([header, *rows]).encode("gb18030"))


def received(cast: Cast, upload: SimpleUploadedFile) -> ContactList:
    return contact_lists.receive_list(upload, cast.city, by=cast.chen, now=NINE_AM)


def taken_in(cast: Cast, upload: SimpleUploadedFile) -> ContactList:
    made = received(cast, upload)
    contact_lists.take_in_list(made, by=cast.chen, now=NINE_AM)
    while run_next(JOBS):
        pass
    made.refresh_from_db()
    return made


def bytes_on_disk() -> Iterator[bytes]:
    return (blobs.path_of(sha256).read_bytes() for sha256 in blobs.stored())


def test_columns_are_recognised_by_what_they_are_called(cast: Cast) -> None:
    columns = contact_lists.columns_of(received(cast, a_list(*ROWS)))

    assert list(columns.values()) == [
        Holds.NAME,
        Holds.EMAIL,
        Holds.PHONE,
        Holds.UNIT,
        Holds.LANGUAGE,
        Holds.ATTRIBUTE,
    ]


def test_every_row_is_accounted_for_before_anything_comes_in(cast: Cast) -> None:
    account = contact_lists.account_of(received(cast, a_list(*ROWS)))

    assert (account.rows, account.new, account.known, account.left_out) == (6, 2, 1, 3)
    assert [(each.line, each.column, each.code) for each in account.wrong] == [
        (4, "电子邮箱", "bad_email"),
        (5, "", "no_address"),
        (6, "手机号码", "bad_phone"),
        (6, "语言", "unknown_language"),
        (6, "单位编号", "unknown_unit"),
    ]
    assert not Contact.objects.exists()


def test_a_list_comes_in_sealed_and_its_file_goes(cast: Cast) -> None:
    made = received(cast, a_list(*ROWS))
    assert not any(b"example.com" in content for content in bytes_on_disk())

    contact_lists.take_in_list(made, by=cast.chen, now=NINE_AM)
    while run_next(JOBS):
        pass

    made.refresh_from_db()
    assert (made.added, made.known, len(made.problems)) == (2, 1, 5)
    assert made.file is None
    assert not StoredFile.objects.exists()
    li, wang = Contact.objects.order_by("pk")
    assert (li.name, li.unit, li.language) == ("李娜", cast.city, "zh-hans")
    assert (wang.phone, wang.unit, wang.language) == (
        "+8613900139000",
        cast.east,
        "zh-hant",
    )
    assert li.attributes == {"套餐": "5G"}
    told = str(list(Event.objects.values_list("facts", flat=True)))
    assert "example.com" not in told
    assert "李娜" not in told


def test_a_list_that_comes_in_again_adds_nobody(cast: Cast) -> None:
    taken_in(cast, a_list(*ROWS))
    again = taken_in(cast, a_list(*ROWS, name="again.csv"))

    assert (again.added, again.known) == (0, 3)
    assert Contact.objects.count() == 2


def test_a_list_is_taken_in_once(cast: Cast) -> None:
    made = received(cast, a_list(*ROWS))
    contact_lists.take_in_list(made, by=cast.chen, now=NINE_AM)

    with pytest.raises(contact_lists.NotNow):
        contact_lists.take_in_list(made, by=cast.chen, now=NINE_AM)
    with pytest.raises(contact_lists.NotNow):
        contact_lists.discard_list(made, by=cast.chen, now=NINE_AM)


def test_a_list_without_addresses_is_not_taken_in(cast: Cast) -> None:
    made = received(cast, a_list("Li", header="name"))

    with pytest.raises(contact_lists.Flawed):
        contact_lists.take_in_list(made, by=cast.chen, now=NINE_AM)


def test_a_list_that_is_thrown_away_leaves_nothing(cast: Cast) -> None:
    made = received(cast, a_list(*ROWS))
    contact_lists.discard_list(made, by=cast.chen, now=NINE_AM)

    assert not ContactList.objects.exists()
    assert not StoredFile.objects.exists()


def test_too_long_a_list_is_refused_whole(cast: Cast) -> None:
    rows = [f"{n},n{n}@example.com" for n in range(contact_lists.LIMITS.rows + 1)]

    with pytest.raises(UnreadableFile):
        received(cast, a_list(*rows, header="name,email"))


def test_a_worker_that_dies_between_two_batches_adds_nobody_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{n},n{n}@example.com" for n in range(7)]
    made = received(cast, a_list(*rows, header="name,email"))
    monkeypatch.setattr(contact_lists, "BATCH", 3)
    contact_lists.take_in_list(made, by=cast.chen, now=NINE_AM)
    take_in, calls = contact_lists._take_in, []

    def dies_at_the_second(*args: object, **kwargs: object) -> None:
        calls.append(1)
        take_in(*args, **kwargs)
        if len(calls) == 2:
            raise OSError("the machine went down")

    monkeypatch.setattr(contact_lists, "_take_in", dies_at_the_second)
    run_next(JOBS)
    assert Contact.objects.count() == 3

    made.refresh_from_db()
    made.job.run_at = NINE_AM
    made.job.save()
    run_next(JOBS)
    made.refresh_from_db()
    assert Contact.objects.count() == 7
    assert (made.added, made.known) == (7, 0)
