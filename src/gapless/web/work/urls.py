from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import moving, views

CSV = {"respond": csv_response, "filename": "my-work.csv"}
XLSX = {"respond": xlsx_response, "filename": "my-work.xlsx"}

app_name = "work"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
    path("calendar/", views.calendar, name="calendar"),
    path("counts/", views.counts, name="counts"),
    path("<str:key>/snoozes/new/", moving.new_snooze, name="snooze-new"),
    path("snoozes/<int:pk>/end/", moving.end_snooze, name="snooze-end"),
    path("<str:key>/hand-overs/new/", moving.new_hand_over, name="hand-over-new"),
    path("hand-overs/<int:pk>/end/", moving.end_hand_over, name="hand-over-end"),
]
