from django.http import HttpResponse
from django.shortcuts import render

from gapless.people.org.rules import Policy
from gapless.web.http import Request, policy


@policy(Policy.SIGNED_IN)
def index(request: Request) -> HttpResponse:
    return render(request, "home/index.html", {})
