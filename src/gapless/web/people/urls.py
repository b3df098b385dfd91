from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response
from gapless.people.org.choices import About
from gapless.web.orgfiles.urls import file_urls

from . import access, edits, views

CSV = {"respond": csv_response, "filename": "people.csv"}
XLSX = {"respond": xlsx_response, "filename": "people.xlsx"}

app_name = "people"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
    path("new/", edits.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/facts/", edits.facts, name="facts"),
    path("<int:pk>/roles/", edits.roles, name="roles"),
    path("<int:pk>/roles/<int:held>/", edits.role_end, name="role-end"),
    path("<int:pk>/password/", access.password, name="password"),
    path("<int:pk>/invitation/", access.invitation, name="invitation"),
    path("<int:pk>/access/", access.access, name="access"),
    *file_urls(About.PEOPLE),
]
