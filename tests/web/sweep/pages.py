"""What a page offers: its forms, ready to be sent, and the addresses it links to."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

# What is typed into a field that a page leaves empty, by the field's type.
A_FILE = "@file"
FILLED = {
    "checkbox": "on",
    "radio": "on",
    "date": "2026-03-02",
    "datetime-local": "2026-03-02T09:00",
    "time": "09:00",
    "number": "3",
    "email": "someone@example.com",
    "file": A_FILE,
    "hidden": "",
}


@dataclass
class Form:
    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    # Fields whose value names something: selects, hidden ones, boxes with a value.
    naming: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """The forms and links of one page."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.links: set[str] = set()
        self._select: str | None = None
        self._textarea: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "href" in given and tag == "a":
            self._link(given["href"])
        for verb in ("get", "post"):
            if f"hx-{verb}" in given and tag != "form":
                self._htmx(verb, given)
        handle = getattr(self, f"_start_{tag}", None)
        if handle:
            handle(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._close_select()
        elif tag == "textarea":
            self._textarea = None

    def _link(self, href: str) -> None:
        there = urljoin(self.url, href).partition("#")[0]
        if there.startswith("/"):
            self.links.add(there)

    def _htmx(self, verb: str, given: dict[str, str]) -> None:
        if verb == "get":
            self._link(given["hx-get"])
        else:
            self.forms.append(Form(urljoin(self.url, given["hx-post"]), "post"))

    def _start_form(self, given: dict[str, str]) -> None:
        action = given.get("hx-post") or given.get("action") or self.url
        method = "post" if "hx-post" in given else given.get("method", "get").lower()
        self.forms.append(Form(urljoin(self.url, action), method))

    def _start_input(self, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind in ("checkbox", "radio") and "checked" not in given and self._has(given):
            return
        value = given.get("value") or FILLED.get(kind, "Words")
        self._field(given, value, naming=kind in ("hidden", "checkbox", "radio"))

    def _start_button(self, given: dict[str, str]) -> None:
        if given.get("value") and not self._has(given):
            self._field(given, given["value"], naming=False)

    def _start_select(self, given: dict[str, str]) -> None:
        self._select = given.get("name")
        self._chosen: str | None = None
        self._first: str | None = None

    def _start_option(self, given: dict[str, str]) -> None:
        value = given.get("value", "")
        if "selected" in given:
            self._chosen = value
        if value and self._select and self._first is None:
            self._first = value

    def _close_select(self) -> None:
        if self._select:
            value = self._chosen or self._first or ""
            self._field({"name": self._select}, value, naming=True)
        self._select = None

    def _start_textarea(self, given: dict[str, str]) -> None:
        self._textarea = given.get("name")
        self._field(given, "Words ", naming=False)

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms:
            fields = self.forms[-1].fields
            name, value = fields.pop()
            fields.append((name, value + data))

    def _has(self, given: dict[str, str]) -> bool:
        known = self.forms[-1].fields if self.forms else []
        return given.get("name") in {name for name, _ in known}

    def _field(self, given: dict[str, str], value: str, *, naming: bool) -> None:
        if given.get("name") and self.forms:
            form = self.forms[-1]
            form.fields.append((given["name"], value))
            if naming and given["name"] != "csrfmiddlewaretoken":
                form.naming.add(given["name"])
