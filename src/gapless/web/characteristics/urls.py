from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import views

CSV = {"respond": csv_response, "filename": "characteristics.csv"}
XLSX = {"respond": xlsx_response, "filename": "characteristics.xlsx"}

app_name = "characteristics"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
    path("dimensions/", views.dimensions, name="dimensions"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/wording/", views.wording, name="wording"),
    path("<int:pk>/places/", views.places, name="places"),
    path("<int:pk>/state/", views.state, name="state"),
]
