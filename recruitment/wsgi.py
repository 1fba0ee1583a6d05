"""The WSGI entry point."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruitment.settings.production")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  every page is imported now: else the first visitor waits for it

if settings.JOBS_EMBEDDED and not settings.JOBS_INLINE:
    from jobs.services import supervisor  # models can be imported only now

    supervisor.ensure()  # work that waited while the server was down
