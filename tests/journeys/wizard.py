"""The import wizard in the hands of somebody who has never seen it."""

import re
from pathlib import Path

from django.utils.timezone import now
from playwright.sync_api import Page, expect

from gapless.core.imports.models import Import
from tests.evaluation.surveys.conftest import work


class Wizard:
    """One file on its way in, step by step, as the pages lead."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home

    def bring(self, file: Path, unit: int) -> None:
        self.page.goto(f"{self.home}/imports/new/")
        self.page.locator("input[type=file]").set_input_files(file)
        self.page.locator("[name=unit]").select_option(str(unit))
        self.press("Read the file")

    def to_columns(self) -> None:
        self.page.get_by_role("link", name="Go on to the columns").click()
        expect(self.page.locator("[data-columns]")).to_be_visible()

    def kind(self, column: str, label: str) -> None:
        self.page.get_by_label(f"Kind of {column}", exact=True).select_option(label=label)

    def fill(self, first: str = "", last: str = "", **said: str) -> None:
        """Say the same of many columns: a range, or those of these names."""
        fold = self.page.locator("details.import-fill")
        if not fold.get_attribute("open"):
            fold.locator("summary").click()
        if first:
            self.page.locator("[name=fill_from]").select_option(label=first)
            self.page.locator("[name=fill_to]").select_option(label=last)
        for name, value in said.items():
            field = self.page.locator(f"[name=fill_{name}]")
            if name == "kind":
                field.select_option(label=value)
            else:
                field.fill(value)
        # The same page comes again: nothing must be typed into the one on its way out.
        with self.page.expect_navigation():
            self.press("Fill these in")

    def to_values(self) -> None:
        self.page.get_by_role("button", name="Go on to the values").first.click()
        expect(self.page.locator("[name=mode]")).to_be_visible()

    def say(self, **values: str) -> None:
        for name, value in values.items():
            field = self.page.locator(f"[name={name}]")
            if field.evaluate("it => it.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def to_preview(self) -> None:
        self.press("Go on to the preview")
        expect(
            self.page.get_by_role("heading", name="This is what would happen")
        ).to_be_visible()

    def run(self) -> Import:
        self.press("Bring the answers in")
        expect(self.page).to_have_url(re.compile(r"/imports/\d+/$"), timeout=120_000)
        work(at=now())
        self.page.reload()
        number = int(self.page.url.rstrip("/").rsplit("/", 1)[1])
        return Import.objects.get(pk=number)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
