"""Every form is drawn alike, and a failed one says what to do."""

from django import forms
from django.utils import translation

from gapless.web.templatetags.ui import worded
from tests.web.conftest import Draw

SUMMARY = '<c-ui.form-errors :form="form" />'


class WaitingForm(forms.Form):
    minutes = forms.IntegerField(help_text="Nineteen of twenty are called within it.")
    halls = forms.MultipleChoiceField(
        choices=[("e", "East"), ("w", "West")], widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(choices=[("a", "All")])
    note = forms.CharField(required=False)
    posted = forms.BooleanField(required=False)


def drawn(form: forms.Form, name: str) -> str:
    with translation.override("en"):
        return " ".join(str(form[name].as_field_group()).split())


def test_label_hint_and_control_come_in_this_order_and_belong_together() -> None:
    html = drawn(WaitingForm(), "minutes")

    assert html.index("<label") < html.index('class="hint"') < html.index("<input")
    assert 'aria-describedby="id_minutes_helptext"' in html
    assert 'id="id_minutes_helptext"' in html


def test_a_message_stands_below_its_control() -> None:
    html = drawn(WaitingForm({"minutes": "soon"}), "minutes")

    assert html.index("<input") < html.index("Enter a whole number.")
    assert 'aria-invalid="true"' in html
    assert "id_minutes_error" in html.split("aria-describedby=")[1].split(">")[0]


def test_what_was_typed_is_kept() -> None:
    assert 'value="soon"' in drawn(WaitingForm({"minutes": "soon"}), "minutes")


def test_each_kind_of_control_wears_its_looks() -> None:
    form = WaitingForm()

    assert 'class="form-control"' in drawn(form, "minutes")
    assert 'class="form-select"' in drawn(form, "kind")
    assert drawn(form, "halls").count('class="form-check-input"') == 2
    assert 'class="form-check-input"' in drawn(form, "posted")


def test_only_what_may_stay_empty_says_so() -> None:
    form = WaitingForm()

    assert "(optional)" in drawn(form, "note")
    assert "(optional)" not in drawn(form, "minutes")


def test_what_a_person_typed_is_never_markup() -> None:
    assert "<b>" not in drawn(WaitingForm({"note": '"><b>bold'}), "note")


def test_the_summary_counts_the_places_and_leads_to_each(draw: Draw) -> None:
    html = draw(SUMMARY, form=WaitingForm({"minutes": "soon", "kind": "a"}))

    assert "2 places need a change; everything you filled in is kept." in html
    assert '<a href="#id_minutes">Minutes</a>' in html
    assert '<a href="#id_halls">Halls</a>' in html
    assert "data-form-errors" in html


def test_there_is_no_summary_without_errors(draw: Draw) -> None:
    assert draw(SUMMARY, form=WaitingForm()) == ""


def test_an_error_of_the_whole_form_is_said_in_the_summary(draw: Draw) -> None:
    form = WaitingForm({"minutes": "1", "kind": "a", "halls": ["e"]})
    form.add_error(None, "East hall is closed that day.")

    html = draw(SUMMARY, form=form)
    assert "East hall is closed that day." in html
    assert "places need" not in html


def test_the_words_of_a_library_can_be_replaced() -> None:
    form = WaitingForm()
    worded(form["minutes"], "Waiting time", "In minutes.")

    assert "Waiting time" in drawn(form, "minutes")
    assert "In minutes." in drawn(form, "minutes")
