"""
Our application, warmed up before gunicorn forks: a worker that takes seconds to read all
pages' code would be killed before it has served anybody.
"""

import os

from django.db import connections
from django.test import Client

from gapless.wsgi import application

__all__ = ["application"]

customer = Client(SERVER_NAME="127.0.0.1")
for path in (f"/s/{os.environ['WARM_UP_WITH']}/", "/s/"):
    customer.get(path)
connections.close_all()  # a connection must not be shared with a fork
