"""How every form is drawn: label above, hint between, message below."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    pass
