"""What every template knows."""

from django.http import HttpRequest


def window(request: HttpRequest) -> dict:
    """The layouts that differ by who asks: for htmx the fragment for the dialog, else a page of its own."""
    if getattr(request, "htmx", False):
        return {"window_layout": "layouts/dialog.html", "error_layout": "layouts/dialog.html"}
    return {"window_layout": "layouts/window.html", "error_layout": "layouts/error.html"}
