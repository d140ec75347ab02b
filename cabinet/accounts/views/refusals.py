"""How allauth's views answer a form that is refused."""

import logging

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import HttpResponse

from cabinet.accounts.factor_forms import LIMITED

logger = logging.getLogger(__name__)
USED_UP = (LIMITED, "rate_limited", "too_many_login_attempts")  # ours, and allauth's


class RefusedWithStatus:
    """The same page with what is wrong, and the status that says so."""

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """422, or 429 when the attempts are used up; allauth answers 200, or leads elsewhere."""
        limited = any(form.has_error(name, code) for name in (*form.fields, NON_FIELD_ERRORS) for code in USED_UP)
        if limited:
            logger.warning("limited: %s", type(self).__name__)
        context = self.get_context_data(form=form)  # type: ignore[attr-defined]  # mixed into allauth's views
        return self.render_to_response(context, status=429 if limited else 422)  # type: ignore[attr-defined]
