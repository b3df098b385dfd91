from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import lists, views

app_name = "contacts"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/facts/", views.facts, name="facts"),
    path("<int:pk>/consent/", views.consent, name="consent"),
    path("<int:pk>/erasure/", views.erasure, name="erasure"),
    path("lists/", lists.index, name="lists"),
    path("lists/new/", lists.new, name="list-new"),
    path("lists/sample.csv", lists.sample, name="list-sample"),
    path("lists/<int:pk>/", lists.detail, name="list"),
    path("lists/<int:pk>/columns/", lists.columns, name="list-columns"),
    path("lists/<int:pk>/intake/", lists.intake, name="list-intake"),
    path("lists/<int:pk>/removal/", lists.removal, name="list-removal"),
    path(
        "lists/<int:pk>/rejected.csv",
        lists.rejected,
        {"respond": csv_response, "ending": "csv"},
        name="list-csv",
    ),
    path(
        "lists/<int:pk>/rejected.xlsx",
        lists.rejected,
        {"respond": xlsx_response, "ending": "xlsx"},
        name="list-xlsx",
    ),
]
