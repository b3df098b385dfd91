"""
Text for people of several languages: one map in one column, such as
``{"zh-hans": "可靠性", "zh-hant": "可靠性", "en": "Reliability"}``.
"""

from collections.abc import Mapping

from django.utils.translation import get_language

LanguageMap = Mapping[str, str]
LANGUAGES = ("zh-hans", "zh-hant", "en")


def said(text: LanguageMap) -> str:
    """The text in the reader's language, else in the first language it was written in."""
    wanted = (get_language() or "", *LANGUAGES, *text)
    return next((text[language] for language in wanted if text.get(language)), "")
