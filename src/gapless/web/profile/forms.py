from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from gapless.people.org.choices import Density, Theme
from gapless.people.org.rules import Preferences

# Places, not the abbreviations and offsets that tzdata keeps for old programs.
_OLD = ("Etc/", "SystemV/", "US/", "posix/", "right/")
TIME_ZONES = [
    (name, name)
    for name in sorted(available_timezones())
    if "/" in name and not name.startswith(_OLD)
]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class PreferencesForm(LanguageForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=TIME_ZONES,
        help_text=_("Times on your pages and in your exports are said in it."),
    )
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices)
    density = forms.ChoiceField(
        label=_("Row height"),
        choices=Density.choices,
        help_text=_("Compact shows more rows at once; roomy is easier to hit."),
    )

    @property
    def preferences(self) -> Preferences:
        return Preferences(**self.cleaned_data)
