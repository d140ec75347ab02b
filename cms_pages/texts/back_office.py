"""Texts in the back office: editors change them; which texts there are is said by the templates."""

from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from cms_pages.texts.models import Text


class TextViewSet(ModelViewSet):
    """The editable texts."""

    model = Text
    icon = "pilcrow"
    menu_label = "Тексты"
    menu_order = 50
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "title"]
    search_fields = ["name", "title", "body"]
    search_backend_name = None
    edit_handler = ObjectList([FieldPanel("name", read_only=True), FieldPanel("title"), FieldPanel("body")])
