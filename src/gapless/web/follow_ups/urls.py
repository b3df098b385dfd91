from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import views

CSV = {"respond": csv_response, "filename": "follow-ups.csv"}
XLSX = {"respond": xlsx_response, "filename": "follow-ups.xlsx"}

app_name = "follow_ups"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/owner/", views.owner, name="owner"),
    path("<int:pk>/outcome/", views.outcome, name="outcome"),
]
