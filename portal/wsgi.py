"""The web server's application, loaded in whole before the first request comes.

What is loaded then lives as long as the process, so the garbage collector need not look at it again and again.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from common.postgresql.lending import lend_sessions

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
lend_sessions()
get_resolver().url_patterns  # noqa: B018 read here, or else by the first request
gc.collect()
gc.freeze()
