from allauth.urls import urlpatterns as _everything

urlpatterns = list(_everything)
