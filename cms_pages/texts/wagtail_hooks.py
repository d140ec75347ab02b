"""Registers the texts in the back office."""

from wagtail import hooks

from cms_pages.texts.back_office import TextViewSet


@hooks.register("register_admin_viewset")
def texts() -> TextViewSet:
    """The editable texts."""
    return TextViewSet()
