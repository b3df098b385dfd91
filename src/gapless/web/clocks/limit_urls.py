from django.urls import path

from gapless.core.files.exports import csv_response, xlsx_response

from . import limits, replaying

CSV = {"respond": csv_response, "filename": "replay.csv"}
XLSX = {"respond": xlsx_response, "filename": "replay.xlsx"}
REPLAY = "<int:pk>/replays/<int:replay>/"

app_name = "limits"
urlpatterns = [
    path("", limits.index, name="index"),
    path("new/", limits.new, name="new"),
    path("<int:pk>/", limits.detail, name="detail"),
    path("<int:pk>/draft/", limits.draft, name="draft"),
    path("<int:pk>/publication/", limits.publication, name="publication"),
    path("<int:pk>/draft/end/", limits.discard, name="discard"),
    path("<int:pk>/replays/", replaying.ask, name="replays"),
    path(REPLAY, replaying.detail, name="replay"),
    path(f"{REPLAY}end/", replaying.stop, name="stop"),
    path(f"{REPLAY}changes.csv", replaying.export, CSV, name="csv"),
    path(f"{REPLAY}changes.xlsx", replaying.export, XLSX, name="xlsx"),
]
