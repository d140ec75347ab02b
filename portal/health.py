"""Whether this process can serve: for the proxy and for whoever watches over the portal."""

import logging

from django.core.cache import cache
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from cabinet.common.access import public

log = logging.getLogger(__name__)


@public
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database and the cache (Redis in production) answer, 503 when one does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        cache.get("healthz")
    except (Error, RedisError):
        log.exception("not healthy")
        return HttpResponse("unavailable", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
