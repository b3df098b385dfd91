from django.urls import path

from . import channels, choosing, feed, views, words

app_name = "notices"
urlpatterns = [
    path("", views.index, name="index"),
    path("reading/", views.reading, name="reading"),
    path("<int:pk>/reading/", views.read_one, name="read-one"),
    path("choices/", choosing.choices, name="choices"),
    path("choices/feed/", choosing.renewal, name="feed-renewal"),
    path("choices/feed/end/", choosing.end, name="feed-end"),
    path("feed/<str:token>.ics", feed.deadlines, name="feed"),
    path("channels/", channels.index, name="channels"),
    path("channels/new/", channels.new, name="channel-new"),
    path("channels/<int:pk>/", channels.detail, name="channel"),
    path("channels/<int:pk>/state/", channels.state, name="channel-state"),
    path("channels/<int:pk>/test/", channels.test, name="channel-test"),
    path("channels/<int:pk>/deliveries/", channels.deliveries, name="channel-deliveries"),
    path("words/", words.index, name="words"),
    path("words/<str:kind>/", words.detail, name="wording"),
]
