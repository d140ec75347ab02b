"""The portal as an ASGI application."""

import os
import warnings

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# WhiteNoise answers with plain files, which Django reads whole under ASGI: they are small.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
application = get_asgi_application()
if not settings.EMBEDDED:
    # A web server runs no system checks by itself: a wrong or weak setting must stop the start here.
    call_command("check", databases=[DEFAULT_DB_ALIAS], deploy=True, fail_level="WARNING")
    connections.close_all()
