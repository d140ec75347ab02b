"""How forms render."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Django's forms in the portal's look: each field by ``components/field.html``."""

    field_template_name = "components/field.html"
