"""What every template knows."""

from django.http import HttpRequest


def window(request: HttpRequest) -> dict:
    """The layout of a window: the fragment for the dialog when htmx asks, else a page of its own."""
    htmx = getattr(request, "htmx", False)
    return {"window_layout": "layouts/dialog.html" if htmx else "layouts/window.html"}
