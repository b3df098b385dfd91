from django.urls import path

from . import views

app_name = "phone"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.start, name="start"),
    path("<int:pk>/call/", views.call, name="call"),
]
