from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CharacteristicsConfig(AppConfig):
    name = "gapless.requirements.characteristics"
    label = "characteristics"
    verbose_name = _("Characteristics")
