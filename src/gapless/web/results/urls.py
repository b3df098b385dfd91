from django.urls import path

from . import answers, comments, exports, views

app_name = "results"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("table.csv", exports.table_csv, name="table_csv"),
    path("table.xlsx", exports.table_xlsx, name="table_xlsx"),
    path("comments/", comments.index, name="comments"),
    path("comments/exports/", comments.export, name="comments_export"),
    path("answers/", answers.index, name="answers"),
    path("answers/exports/", exports.export, name="export"),
    path("answers/<int:response>/", answers.detail, name="answer"),
    path("answers/<int:response>/exclusion/", answers.exclusion, name="exclusion"),
    path("answers/<int:response>/restoration/", answers.restoration, name="restoration"),
    path("answers/<int:response>/erasure/", answers.erasure, name="erasure"),
]
