"""Saying that something was done, with the way back beside it."""

from django.contrib import messages
from django.http import HttpRequest


def undoable(request: HttpRequest, sentence: str, url: str) -> None:
    """A message with a button that takes it back: a POST to this address of ours."""
    messages.success(request, sentence, extra_tags=url)
