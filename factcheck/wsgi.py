"""The WSGI application. A desk runs `make serve`, which checks the environment first."""

import logging
import os

from django.core.wsgi import get_wsgi_application

from factcheck.logs import WithoutLinks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")

application = get_wsgi_application()

# Gunicorn keeps its logs itself, whatever the settings say of logs; it asks for the application once they are there.
for name in ("gunicorn.access", "gunicorn.error"):
    logging.getLogger(name).addFilter(WithoutLinks())
