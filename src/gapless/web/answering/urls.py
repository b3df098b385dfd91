from django.urls import path

from . import receipts, views

app_name = "answering"
urlpatterns = [
    path("", views.page, name="page"),
    path("progress/", views.progress, name="progress"),
    path("answers/", views.answers, name="answers"),
    path("receipt/", receipts.receipt, name="receipt"),
    path("notice/", views.notice, name="notice"),
    path("kiosk/", views.kiosk, name="kiosk"),
    # Last: no token looks like one of the names above.
    path("<str:token>/", views.enter, name="enter"),
]
