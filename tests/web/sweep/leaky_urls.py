"""The real URLconf, and beside it every planted leak."""

from django.urls import include, path

from gapless.people.org.rules import Policy
from gapless.urls import handler403, handler404, handler500

from . import leaks
from .things import Kind

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

_OF_A_UNIT = (
    leaks.direct_object,
    leaks.attachment,
    leaks.job_result,
    leaks.redirect,
    leaks.other_status,
    leaks.other_words,
    leaks.other_header,
    leaks.breaks,
    leaks.mass_assignment,
    leaks.other_method,
    leaks.role_elsewhere,
    leaks.writing_get,
    leaks.unrecorded,
    leaks.recorded_nothing,
    leaks.honest_unit,
)
_OF_NONE = (
    leaks.whole_list,
    leaks.total,
    leaks.export,
    leaks.suggestions,
    leaks.search,
    leaks.stamp,
    leaks.cached_page,
    leaks.fragment,
    leaks.rank,
    leaks.filtered,
    leaks.left_open,
    leaks.bulk,
    leaks.foreign_key,
    leaks.no_policy,
    leaks.without_token,
    leaks.honest_list,
)
urlpatterns = [
    path("", include("gapless.urls")),
    *(path(f"leaks/{v.__name__}/", v, name=v.__name__) for v in _OF_NONE),
    *(path(f"leaks/{v.__name__}/<int:pk>/", v, name=v.__name__) for v in _OF_A_UNIT),
    path("leaks/unknown_blank/<slug:secret>/", leaks.unknown_blank, name="unknown_blank"),
]
FACTORIES = {
    f"leaks/{view.__name__}/<int:pk>": Kind("unit", Policy.SEE_UNITS) for view in _OF_A_UNIT
}
