"""The addresses of files that come in: the same for units and for people."""

from django.urls import URLPattern, path

from gapless.core.files.exports import csv_response, xlsx_response
from gapless.people.org.choices import About

from . import views


def file_urls(about: About) -> list[URLPattern]:
    it = {"about": about}
    csv = it | {"respond": csv_response, "ending": "csv"}
    xlsx = it | {"respond": xlsx_response, "ending": "xlsx"}
    return [
        path("files/", views.index, it, name="files"),
        path("files/new/", views.new, it, name="file-new"),
        path("files/sample.csv", views.sample, it, name="file-sample"),
        path("files/<int:pk>/", views.detail, it, name="file"),
        path("files/<int:pk>/columns/", views.columns, it, name="file-columns"),
        path("files/<int:pk>/intake/", views.intake, it, name="file-intake"),
        path("files/<int:pk>/removal/", views.removal, it, name="file-removal"),
        path("files/<int:pk>/rejected.csv", views.rejected, csv, name="file-csv"),
        path("files/<int:pk>/rejected.xlsx", views.rejected, xlsx, name="file-xlsx"),
    ]
