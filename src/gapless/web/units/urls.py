from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response
from gapless.people.org.choices import About
from gapless.web.orgfiles.urls import file_urls

from . import edits, views

CSV = {"respond": csv_response, "filename": "units.csv"}
XLSX = {"respond": xlsx_response, "filename": "units.xlsx"}

app_name = "units"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
    path("choices/", views.choices, name="choices"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/children/", views.children, name="children"),
    path("<int:pk>/new/", edits.new, name="new"),
    path("<int:pk>/facts/", edits.facts, name="facts"),
    path("<int:pk>/position/", edits.position, name="position"),
    path("<int:pk>/removal/", edits.removal, name="removal"),
    *file_urls(About.UNITS),
]
