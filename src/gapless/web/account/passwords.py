from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django 5.2 says this one in English to readers of Simplified Chinese."""

    def get_error_message(self) -> str:
        return _("This password is too short; take at least %(length)d characters.") % {
            "length": self.min_length
        }
