"""What every template knows."""

from django.http import HttpRequest


def window(request: HttpRequest) -> dict:
    """The layouts that differ by who asks: for htmx the fragment for the dialog, else a page of its own.

    A refusal keeps the cabinet's frame for who is signed in; for others, and in the back office, it stands alone.
    """
    if getattr(request, "htmx", False):
        return {"window_layout": "layouts/dialog.html", "error_layout": "layouts/dialog.html"}
    return {"window_layout": "layouts/window.html", "error_layout": _error_layout(request)}


def _error_layout(request: HttpRequest) -> str:
    user = getattr(request, "user", None)  # a request refused early has none
    if user and user.is_authenticated and not request.path.startswith("/admin/"):
        return "layouts/window.html"
    return "layouts/error.html"
