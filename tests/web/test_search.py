from django.urls import reverse

SEARCH = reverse("search")


def found(client, words):
    return client.get(SEARCH, {"q": words}).content.decode()


def test_a_manager_finds_the_own_hall_and_not_the_one_beside(client, cast):
    client.force_login(cast.wang)
    page = found(client, "hall")
    assert "East hall" in page
    assert "West hall" not in page


def test_people_are_found_by_administrators_alone(client, cast):
    client.force_login(cast.chen)
    assert reverse("people:detail", args=[cast.li.pk]) not in found(client, "Li")
    client.force_login(cast.ma)
    assert reverse("people:detail", args=[cast.li.pk]) in found(client, "Li")


def test_nothing_found_and_nothing_asked_say_what_to_do(client, cast):
    client.force_login(cast.wang)
    assert "Nothing found" in found(client, "zzz")
    assert "What are you looking for?" in found(client, " ")
