from django.urls import path

from . import views

app_name = "gaps"
urlpatterns = [
    path("", views.index, name="index"),
    path("evidence/", views.evidence, name="evidence"),
    path("units/", views.units, name="units"),
    path("table.csv", views.table_csv, name="table_csv"),
    path("table.xlsx", views.table_xlsx, name="table_xlsx"),
]
