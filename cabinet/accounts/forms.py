"""The forms of registration, sign-in and recovery."""

from typing import Any

from allauth.account import forms as allauth_forms
from captcha.fields import CaptchaField, CaptchaTextInput
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from cabinet.accounts import robots
from cabinet.accounts.applications import CODE_DIGITS, Application
from cabinet.accounts.models import User
from cabinet.accounts.names import clean_name
from cabinet.common.fields import EmailField

MISMATCH = "Пароли не совпадают."
RULE = "Не менее 8 символов, буквы и цифры"
MAX_PASSWORD = 256
PASSWORDS = ("password1", "password2")
HELD_AGAINST = ("last_name", "first_name", "email")  # a password must not resemble these


def email_field(label: str, autocomplete: str) -> EmailField:
    """An address of e-mail."""
    return EmailField(label=label, max_length=254, widget=forms.EmailInput(attrs={"autocomplete": autocomplete}))


def password_field(label: str, autocomplete: str, *, rules: bool = False) -> forms.CharField:
    """A password: any characters, never stripped; with ``rules`` the page shows the rule and checks it."""
    attrs = {"autocomplete": autocomplete} | ({"data-password-rules": ""} if rules else {})
    return forms.CharField(
        label=label,
        max_length=MAX_PASSWORD,
        strip=False,
        help_text=RULE if rules else "",
        widget=forms.PasswordInput(attrs=attrs),
    )


def new_password(form: forms.Form, user: User) -> None:
    """Hold the two passwords of a form against the rule and each other."""
    first, second = form.cleaned_data.get("password1"), form.cleaned_data.get("password2")
    if first:
        try:
            validate_password(first, user)
        except ValidationError as error:
            form.add_error("password1", error)
    if first and second and first != second:
        form.add_error("password2", MISMATCH)


class PersonNameForm(forms.Form):
    """«Фамилия», «Имя», «Отчество»; a person without a patronymic says so."""

    last_name = forms.CharField(
        label="Фамилия", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    first_name = forms.CharField(
        label="Имя", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    patronymic = forms.CharField(
        label="Отчество",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "additional-name"}),
        error_messages={"required": "Введите отчество или отметьте «Нет отчества»."},
    )
    no_patronymic = forms.BooleanField(
        label="Нет отчества", required=False, widget=forms.CheckboxInput(attrs={"data-absent": "patronymic"})
    )

    def clean_last_name(self) -> str:
        """Letters only."""
        return clean_name(self.cleaned_data["last_name"])

    def clean_first_name(self) -> str:
        """Letters only."""
        return clean_name(self.cleaned_data["first_name"])

    def clean_patronymic(self) -> str:
        """Letters only."""
        return clean_name(self.cleaned_data["patronymic"])

    def clean(self) -> dict[str, Any]:
        """A patronymic and «Нет отчества» exclude each other."""
        data = super().clean()
        if not data.get("no_patronymic"):
            return data
        if self.has_error("patronymic", "required"):
            del self.errors["patronymic"]
            data["patronymic"] = ""
        elif data.get("patronymic"):
            self.add_error("patronymic", "Уберите отчество или отметку «Нет отчества».")
        return data


class RegistrationForm(PersonNameForm):
    """Section 1 of the manual. ``robot`` carries what the check-box «Я не робот» computed."""

    email = email_field("Адрес электронной почты", "username")
    password1 = password_field("Пароль", "new-password", rules=True)
    password2 = password_field("Повтор пароля", "new-password")
    robot = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    # the check-box needs a script: without one, or where it fails, the picture takes its place
    without_script = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # the way past the check-box was offered once and stays
    offered = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kept: Application | None = None, **kwargs: Any) -> None:
        """``kept``: the attempt before, which lacked the mark alone; its password need not be typed again."""
        super().__init__(*args, **kwargs)
        self.kept = None if any(self.data.get(name) for name in PASSWORDS) else kept
        if self.kept:
            self._require_passwords(False)

    def clean(self) -> dict[str, Any]:
        """Passwords, then the check-box: its token counts once and is not spent on a form with errors."""
        data = super().clean()
        names = {name: data.get(name, "") for name in HELD_AGAINST}
        new_password(self, User(**names))
        if self.kept and not self.errors and any(self.kept[name] != names[name] for name in names):
            self.kept = None
            self._require_passwords(True)
            self.add_error("password1", "Введите пароль ещё раз: имя или адрес изменились.")
        if "robot" in data and robots.is_missing(data["robot"]) and not data.get("without_script"):
            self.add_error("robot", "Поставьте отметку «Я не робот».")
        if not self.errors:
            self.robot_answer = robots.check(data["robot"])
        return data

    def _require_passwords(self, required: bool) -> None:
        for name in PASSWORDS:
            self.fields[name].required = required

    @property
    def lacks_only_mark(self) -> bool:
        """Whether everything but the check-box is in order."""
        return list(self.errors) == ["robot"]

    def application(self) -> Application:
        """What the account will be made of; the password only as its hash."""
        data = self.cleaned_data
        return Application(
            last_name=data["last_name"],
            first_name=data["first_name"],
            patronymic=data["patronymic"],
            email=data["email"],
            password=self.kept["password"] if self.kept else make_password(data["password1"]),
        )


class PictureInput(CaptchaTextInput):
    """The picture and the field for its code, with one label."""

    template_name = "accounts/registration/_picture.html"
    use_fieldset = False


class PictureForm(forms.Form):
    """The second step: the code from the picture."""

    code = CaptchaField(
        label="Код с картинки",
        widget=PictureInput,
        error_messages={
            "required": "Введите код с картинки.",
            "invalid": "Код не совпал. Введите код с новой картинки.",
        },
    )


class MailCodeForm(forms.Form):
    """The way past the picture: the code from the letter."""

    code = forms.CharField(
        label="Код из письма",
        max_length=20,
        help_text=f"{CODE_DIGITS} цифр",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class SignInForm(allauth_forms.LoginForm):
    """Section 2 of the manual."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field("Логин", "username")
        self.fields["login"].widget.attrs["placeholder"] = "Адрес электронной почты"
        self.fields["password"] = password_field("Пароль", "current-password")
        self.order_fields(["login", "password"])


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    """Section 3 of the manual: the login to which the link is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field("Логин", "username")
        self.fields["email"].help_text = "Адрес электронной почты, с которым вы зарегистрированы"

    def clean_email(self) -> str:
        """Only a login brings a link: an address that merely waits for confirmation is nobody's yet."""
        email = super().clean_email()
        self.users = [user for user in self.users if user.email == email]
        return email


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    """The new password after the link of recovery."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"] = password_field("Новый пароль", "new-password", rules=True)
        self.fields["password2"] = password_field("Повтор пароля", "new-password")

    def clean(self) -> dict[str, Any]:
        """The rule, and both alike."""
        new_password(self, self.user)
        return self.cleaned_data
