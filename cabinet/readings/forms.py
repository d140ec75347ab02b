"""Forms of the readings' windows."""

from django import forms

from cabinet.readings.statuses import FileFormat


class PrintForm(forms.Form):
    """«Печать ведомости»: the format, and by the button pressed, which act."""

    BLANK, FILLED = "blank", "filled"

    file_format = forms.ChoiceField(
        label="Формат",
        choices=FileFormat,
        initial=FileFormat.PDF,
        widget=forms.RadioSelect,
        help_text="Рекомендуем пользоваться форматом PDF.",
        error_messages={"invalid_choice": "Выберите формат из списка.", "required": "Выберите формат."},
    )
    act = forms.ChoiceField(
        choices=[(BLANK, "Пустой бланк"), (FILLED, "Заполненная ведомость")], widget=forms.HiddenInput, required=False
    )

    def clean(self) -> dict:
        """The buttons have no field to stand an error beside: it is the form's."""
        cleaned = super().clean()
        if not cleaned.get("act"):
            self.errors.pop("act", None)
            self.add_error(None, "Выберите, что напечатать: пустой бланк или заполненную ведомость.")
        return cleaned

    @property
    def wanted(self) -> dict:
        """What ``request_print`` takes of a valid form."""
        chosen = self.cleaned_data
        return {"filled": chosen["act"] == self.FILLED, "file_format": chosen["file_format"]}


class UploadForm(forms.Form):
    """«Загрузить Excel файл»."""

    file = forms.FileField(
        label="Файл с показаниями",
        allow_empty_file=True,  # an empty file is told apart from a missing one where workbooks are checked
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text="Форма, выгруженная из личного кабинета, в формате .xlsx.",
        error_messages={"required": "Выберите файл."},
    )
