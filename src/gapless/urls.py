"""Every address of the product. An address is a noun; its view declares its policy."""

from django.urls import include, path

from gapless.web.home import views as home

handler403 = "gapless.web.errors.forbidden"
handler404 = "gapless.web.errors.not_found"
handler500 = "gapless.web.errors.server_error"
urlpatterns = [
    path("", home.index, name="home"),
    path("", include("gapless.web.account.urls")),
]
