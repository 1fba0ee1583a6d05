"""allauth's forms in this service's words: labels in sentence case, no placeholders that repeat them, plain errors."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm

from nhsuk.forms import Plain as InWords


class Plain(InWords):
    """Mixin: labels in sentence case, nothing written inside the boxes, no error in Django's words."""

    fields: dict[str, Any]
    mark_optional = False
    labels: dict[str, str] = {}

    def put_in_words(self) -> None:
        for name, field in self.fields.items():
            field.label = self.labels.get(name) or str(field.label).capitalize()
            field.widget.attrs.pop("placeholder", None)
        super().put_in_words()


class SignInForm(Plain, LoginForm):
    """An address and a password."""

    labels = {"login": "Work email address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["login"].error_messages["required"] = "Enter your work email address"
        self.fields["password"].error_messages["required"] = "Enter your password"


class NewPasswordForm(Plain, ChangePasswordForm):
    """The password in use, and the new one twice."""


class ForgottenForm(Plain, ResetPasswordForm):
    """The address to which a link is sent."""

    labels = {"email": "Work email address"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["required"] = "Enter your work email address"


class ForgottenKeyForm(Plain, ResetPasswordKeyForm):
    """The new password twice, after the link."""


class PasswordAgainForm(Plain, ReauthenticateForm):
    """The password, once more."""


class CodeForm(Plain, AuthenticateForm):
    """The code of the second step."""


class CodeAgainForm(Plain, ReauthenticateByCodeForm):
    """The same, once more."""


class NewAuthenticatorForm(Plain, ActivateTOTPForm):
    """The first code of an authenticator app."""
