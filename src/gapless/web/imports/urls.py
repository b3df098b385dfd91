from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import describing, mending, upload, views, wizard

CSV = {"ending": "csv", "respond": csv_response}
XLSX = {"ending": "xlsx", "respond": xlsx_response}

app_name = "imports"
urlpatterns = [
    path("", views.index, name="index"),
    path("imports.csv", views.index_file, CSV, name="index-csv"),
    path("imports.xlsx", views.index_file, XLSX, name="index-xlsx"),
    path("new/", upload.new, name="new"),
    path("sample.csv", views.sample, name="sample"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/reading/", upload.reading, name="reading"),
    path("<int:pk>/columns/", describing.columns, name="columns"),
    path("<int:pk>/values/", wizard.values, name="values"),
    path("<int:pk>/preview/", wizard.preview, name="preview"),
    path("<int:pk>/run/", wizard.run, name="run"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/continuation/", views.continuation, name="continuation"),
    path("<int:pk>/removal/", views.removal, name="removal"),
    path("<int:pk>/file/", views.file, name="file"),
    path("<int:pk>/rejected.csv", mending.rejected, CSV, name="csv"),
    path("<int:pk>/rejected.xlsx", mending.rejected, XLSX, name="xlsx"),
]
