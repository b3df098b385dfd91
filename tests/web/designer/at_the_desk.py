"""What the tests of the designer press, as somebody without a script does."""

from html.parser import HTMLParser

from django.urls import reverse

from gapless.core.instruments.models import Draft
from gapless.core.instruments.queries import content_of


class Sent(HTMLParser):
    """What the forms of a page would send as they stand."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.select, self.textarea = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.fields:
                self.fields[self.select] = given.get("value", "")
        elif tag == "textarea":
            self.textarea, self.fields[name] = name, ""
        elif tag == "input" and name:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.fields[name] = given.get("value") or ""

    def handle_endtag(self, tag):
        self.select = None if tag == "select" else self.select
        self.textarea = None if tag == "textarea" else self.textarea

    def handle_data(self, data):
        if self.textarea:
            self.fields[self.textarea] += data.removeprefix("\n")


class Desk:
    """The designer of one form in somebody's browser: what stands there, and pressing."""

    def __init__(self, client, form):
        self.client, self.url = client, reverse("designer:form", args=[form.pk])
        self.form = form
        self.here = self.url

    @property
    def content(self):
        return content_of(Draft.objects.get(form=self.form))

    def codes(self):
        return [item.code for item in self.content.items]

    def fields(self, query=""):
        """What the form of the designer would send, as it was opened."""
        page = self.client.get(self.url + query)
        assert page.status_code == 200
        fields = Sent(page.content.decode()).fields
        return {name: value for name, value in fields.items() if name != "q"}

    def press(self, do, *, at="", seen=None, **typed):
        fields = self.fields(at) | typed
        if seen is not None:
            fields["seen"] = seen
        response = self.client.post(self.url, {**fields, "do": do})
        if response.status_code == 302:
            self.here = response.headers["location"]
        return response


def asked(desk, key, text, **typed):
    """Add an item of a kind and give it words."""
    desk.press(f"new {key} 0")
    at = desk.here.removeprefix(desk.url)
    response = desk.press("save", at=at, text=text, **typed)
    assert response.status_code == 302, response.content.decode()
    return desk.content.items[-1].code
