"""The back office as a whole: its look and its scripts."""

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks


@hooks.register("insert_global_admin_js")
def start_script() -> SafeString:
    """What starts Wagtail's widgets without inline scripts."""
    return format_html('<script src="{}"></script>', static("portal/admin/start.js"))


@hooks.register("insert_global_admin_css")
def look() -> SafeString:
    """The portal's accent colour."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin/admin.css"))
