from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "gapless.cli"
