"""allauth's forms in this service's words: labels in sentence case, no placeholders that repeat them."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm, ResetPasswordKeyForm


class Plain:
    """Mixin: labels in sentence case, nothing written inside the boxes."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = str(field.label).capitalize()
            field.widget.attrs.pop("placeholder", None)


class SignInForm(Plain, LoginForm):
    """An address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Work email address"
        self.fields["password"].help_text = ""
        self.fields["login"].error_messages["required"] = "Enter your work email address"
        self.fields["password"].error_messages["required"] = "Enter your password"


class NewPasswordForm(Plain, ChangePasswordForm):
    """The password in use, and the new one twice."""


class ForgottenForm(Plain, ResetPasswordForm):
    """The address to which a link is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Work email address"
        self.fields["email"].error_messages["required"] = "Enter your work email address"


class ForgottenKeyForm(Plain, ResetPasswordKeyForm):
    """The new password twice, after the link."""
