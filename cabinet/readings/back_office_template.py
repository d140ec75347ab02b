"""«Шаблон ведомости (Word)»: the back office's pages of the act's Word template."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from cabinet.common.errors import DomainError
from cabinet.contracts.back_office import office_page
from cabinet.readings.act.docx import CONTENT_TYPE, MARKS, act_docx
from cabinet.readings.act.sample import sample_act
from cabinet.readings.act.template import NAME, PERMISSION, drop_template, take_template, template_in_force
from cabinet.readings.models import ActTemplate

METHODS = ["GET", "HEAD", "POST"]


class TemplateForm(forms.Form):
    """The changed template."""

    file = forms.FileField(
        label="Изменённый шаблон, .docx",
        allow_empty_file=True,  # an empty file is no document: said where templates are checked
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "Выберите файл."},
    )


@require_http_methods(METHODS)
@office_page(PERMISSION)
def template(request: HttpRequest) -> HttpResponse:
    """Which template is in force; a post puts a changed one in its place."""
    form = TemplateForm(request.POST, request.FILES) if request.method == "POST" else TemplateForm()
    if form.is_valid():
        file: Any = form.cleaned_data["file"]
        try:
            take_template(file=file, name=file.name, actor=request.user)
            messages.success(request, "Шаблон проверен и действует: новые ведомости печатаются по нему.")
            return redirect("act_template")
        except DomainError as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {"form": form, "in_force": _in_force(), "marks": MARKS}
    return render(request, "readings/back_office/template.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@office_page(PERMISSION)
def reset(request: HttpRequest) -> HttpResponse:
    """Ask, then go back to the portal's own template."""
    if request.method == "POST":
        drop_template(actor=request.user)
        messages.success(request, "Действует шаблон портала.")
        return redirect("act_template")
    in_force = _in_force()
    if in_force is None:
        return redirect("act_template")
    return render(request, "readings/back_office/template_reset.html", {"in_force": in_force})


@require_safe
@office_page(PERMISSION)
def file(request: HttpRequest) -> HttpResponse:
    """The template in force."""
    in_force = _in_force()
    return _download(template_in_force(), in_force.name if in_force else NAME)


@require_safe
@office_page(PERMISSION)
def sample(request: HttpRequest) -> HttpResponse:
    """An act of invented figures by the template in force."""
    return _download(act_docx(sample_act(filled=True), template=template_in_force()), "Пример ведомости.docx")


def _in_force() -> ActTemplate | None:
    return ActTemplate.objects.select_related("by").defer("content").first()


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Security-Policy"] = "sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
