from django.apps import AppConfig
from django.core.checks import register

from .checks import every_address_has_a_policy


class WebConfig(AppConfig):
    name = "gapless.web"

    def ready(self) -> None:
        register(every_address_has_a_policy)
