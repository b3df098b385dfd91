"""Every address of the product. An address is a noun; its view declares its policy."""

from django.urls import include, path

from gapless.web.home import views as home
from gapless.web.patterns import views as patterns
from gapless.web.search import views as search

handler403 = "gapless.web.errors.forbidden"
handler404 = "gapless.web.errors.not_found"
handler500 = "gapless.web.errors.server_error"
urlpatterns = [
    path("", home.index, name="home"),
    path("characteristics/", include("gapless.web.characteristics.urls")),
    path("gaps/", include("gapless.web.gaps.urls")),
    path("imports/", include("gapless.web.imports.urls")),
    path("questionnaires/", include("gapless.web.questionnaires.urls")),
    path("units/", include("gapless.web.units.urls")),
    path("people/", include("gapless.web.people.urls")),
    path("audit/", include("gapless.web.audit.urls")),
    path("", include("gapless.web.account.urls")),
    path("", include("gapless.web.profile.urls")),
    path("search/", search.index, name="search"),
    path("patterns/", patterns.index, name="patterns"),
]
