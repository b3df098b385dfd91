from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import collectors, edits, quotas, views

CSV = {"respond": csv_response, "filename": "campaigns.csv"}
XLSX = {"respond": xlsx_response, "filename": "campaigns.xlsx"}

app_name = "campaigns"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.csv", views.export, CSV, name="csv"),
    path("list.xlsx", views.export, XLSX, name="xlsx"),
    path("new/", edits.new, name="new"),
    path("sample-size/", edits.sample_size, name="sample-size"),
    path("follow-up-items/", edits.follow_up_items, name="follow-up-items"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/plan/", edits.edit, name="edit"),
    path("<int:pk>/state/", views.state, name="state"),
    path("<int:pk>/quotas/", quotas.index, name="quotas"),
    path("<int:pk>/quotas/new/", quotas.new, name="quota-new"),
    path("<int:pk>/quotas/<int:quota>/removal/", quotas.removal, name="quota-removal"),
    path("<int:pk>/collectors/", collectors.index, name="collectors"),
    path("<int:pk>/collectors/new/", collectors.new, name="collector-new"),
    path("<int:pk>/collectors/<int:collector>/", collectors.detail, name="collector"),
    path(
        "<int:pk>/collectors/<int:collector>/addresses.csv",
        collectors.addresses,
        name="addresses",
    ),
    path("<int:pk>/collectors/<int:collector>/sheet/", collectors.sheet, name="qr"),
    path(
        "<int:pk>/collectors/<int:collector>/codes/<int:unit>.svg",
        collectors.code,
        name="code",
    ),
    path(
        "<int:pk>/collectors/<int:collector>/revocation/",
        collectors.revocation,
        name="revocation",
    ),
]
