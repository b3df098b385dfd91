from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import views, wizard

CSV = {"ending": "csv", "respond": csv_response}
XLSX = {"ending": "xlsx", "respond": xlsx_response}

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", wizard.new, name="new"),
    path("sample.csv", views.sample, name="sample"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/columns/", wizard.columns, name="columns"),
    path("<int:pk>/values/", wizard.values, name="values"),
    path("<int:pk>/preview/", wizard.preview, name="preview"),
    path("<int:pk>/run/", wizard.run, name="run"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/continuation/", views.continuation, name="continuation"),
    path("<int:pk>/removal/", views.removal, name="removal"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/rejected.csv", views.rejected, CSV, name="csv"),
    path("<int:pk>/rejected.xlsx", views.rejected, XLSX, name="xlsx"),
]
