from django.urls import path

from . import edits, holidays, views

app_name = "calendars"
urlpatterns = [
    path("", views.index, name="index"),
    path("units/<int:pk>/", views.unit, name="unit"),
    path("units/<int:pk>/week/", edits.week, name="week"),
    path("units/<int:pk>/week/inheritance/", edits.inheritance, name="inheritance"),
    path("units/<int:pk>/closures/new/", edits.closure, name="closure"),
    path("closures/<int:pk>/withdrawal/", edits.withdrawal, name="withdrawal"),
    path("holidays/new/", holidays.new, name="new-holidays"),
    path("holidays/<int:pk>/", holidays.detail, name="holidays"),
    path("holidays/<int:pk>/new/", holidays.revised, name="revised-holidays"),
    path("holidays/<int:pk>/days.csv", holidays.as_csv, name="holidays-csv"),
    path("holidays/<int:pk>/days.ics", holidays.as_ics, name="holidays-ics"),
]
