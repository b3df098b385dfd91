"""Every address of the product. An address is a noun; its view declares its policy."""

from django.urls import include, path

from gapless.web.home import views as home
from gapless.web.invitations import views as invitations
from gapless.web.patterns import views as patterns
from gapless.web.search import views as search

handler403 = "gapless.web.errors.forbidden"
handler404 = "gapless.web.errors.not_found"
handler500 = "gapless.web.errors.server_error"
urlpatterns = [
    path("", home.index, name="home"),
    path("cases/", include("gapless.web.cases.urls")),
    path("contacts/", include("gapless.web.contacts.urls")),
    path("follow-ups/", include("gapless.web.follow_ups.urls")),
    path("work/", include("gapless.web.work.urls")),
    path("clocks/", include("gapless.web.clocks.urls")),
    path("time-limits/", include("gapless.web.clocks.limit_urls")),
    path("phone/", include("gapless.web.phone.urls")),
    path("stop/<str:token>/", invitations.opt_out, name="opt-out"),
    path("campaigns/<int:pk>/invitations/", include("gapless.web.invitations.urls")),
    path("characteristics/", include("gapless.web.characteristics.urls")),
    path("campaigns/", include("gapless.web.campaigns.urls")),
    path("campaigns/<int:pk>/results/", include("gapless.web.results.urls")),
    path("gaps/", include("gapless.web.gaps.urls")),
    path("imports/", include("gapless.web.imports.urls")),
    path("questionnaires/design/", include("gapless.web.designer.urls")),
    path("questionnaires/", include("gapless.web.questionnaires.urls")),
    path("notices/", include("gapless.web.notices.urls")),
    path("units/", include("gapless.web.units.urls")),
    path("calendars/", include("gapless.web.calendars.urls")),
    path("people/", include("gapless.web.people.urls")),
    path("audit/", include("gapless.web.audit.urls")),
    path("", include("gapless.web.account.urls")),
    path("", include("gapless.web.profile.urls")),
    path("s/", include("gapless.web.answering.urls")),
    path("", include("gapless.web.reporting.urls")),
    path("search/", search.index, name="search"),
    path("patterns/", patterns.index, name="patterns"),
]
