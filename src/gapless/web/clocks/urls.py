from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import views

CSV = {"respond": csv_response, "filename": "clocks.csv"}
XLSX = {"respond": xlsx_response, "filename": "clocks.xlsx"}

app_name = "clocks"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/extensions/", views.extensions, name="extensions"),
    path("<int:pk>/extensions/<int:extension>/", views.decision, name="decision"),
]
