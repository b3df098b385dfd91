from django.urls import path

from . import following, views

app_name = "reporting"
urlpatterns = [
    path("r/<str:token>/", views.report, name="report"),
    path("c/<str:token>/", following.follow, name="follow"),
    path("c/<str:token>/received/", following.received, name="received"),
    path("c/<str:token>/words/", following.words_added, name="words"),
    path("c/<str:token>/confirmation/", following.confirmation, name="confirmation"),
    path("c/<str:token>/reopening/", following.reopening, name="reopening"),
    path("c/<str:token>/rating/", following.rating, name="rating"),
]
