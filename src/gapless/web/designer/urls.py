from django.urls import path

from . import views

app_name = "designer"
urlpatterns = [
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.design, name="form"),
    path("<int:pk>/draft/", views.opening, name="opening"),
    path("<int:pk>/draft/removal/", views.removal, name="removal"),
    path("<int:pk>/sample/", views.sample, name="sample"),
    path("<int:pk>/words/", views.words, name="words"),
    path("<int:pk>/logic/", views.logic, name="logic"),
    path("<int:pk>/preview/", views.preview, name="preview"),
    path("<int:pk>/preview/page/", views.sheet, name="sheet"),
    path("<int:pk>/changes/", views.changes, name="changes"),
    path("<int:pk>/publication/", views.publication, name="publication"),
]
