"""Texts that editors write and pages show by name; the names stand in ``names.py``."""

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField

from cms_pages.texts.names import NAMES


class Text(models.Model):
    """An editable text of a page."""

    name = models.CharField("место", max_length=50, unique=True, choices=NAMES)
    title = models.CharField("заголовок", max_length=200, blank=True)
    body = RichTextField("текст", blank=True, features=["bold", "italic", "ol", "ul", "link", "h2"])

    panels = [FieldPanel("name"), FieldPanel("title"), FieldPanel("body")]

    class Meta:
        verbose_name = "текст"
        verbose_name_plural = "тексты"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.get_name_display()
