from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import views

CSV = {"respond": csv_response, "filename": "invitations.csv"}
XLSX = {"respond": xlsx_response, "filename": "invitations.xlsx"}

app_name = "invitations"
urlpatterns = [
    path("", views.index, name="index"),
    path("draw/", views.draw, name="draw"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
]
