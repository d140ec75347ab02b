"""Static files under names that carry their hash; our own are compressed as well."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Compresses everything in production, only what clients load in the embedded mode.

    Compressing all of the back office's files takes four times as long as the rest of the first start.
    """

    CLIENT_FILES = ("portal/", "django_htmx/", "altcha/altcha.min")

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        if settings.EMBEDDED:
            paths = [path for path in paths if path.startswith(self.CLIENT_FILES)]
        yield from super().compress_files(paths)
