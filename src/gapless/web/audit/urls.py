from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("", views.index, name="index"),
    path("refusals/", views.refusals, name="refusals"),
    path("verification/", views.verification, name="verification"),
    path("exports/", views.exports, name="exports"),
    path("<uuid:pk>/", views.detail, name="detail"),
]
