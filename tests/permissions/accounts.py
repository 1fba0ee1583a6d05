"""allauth's addresses: the same for everybody, for they concern the signed-in user alone."""

from django.urls import reverse

from tests.permissions import EVERYBODY, Row


def at(name, **kwargs):
    return lambda world: reverse(name, kwargs=kwargs)


def own(name, signed_in, anonymous, *, path=None, **kwargs):
    """A row that treats every signed-in persona alike."""
    return Row(name, path or at(name, **kwargs), EVERYBODY, status=signed_in, ended=signed_in, anonymous=anonymous)


def plain(path):
    return lambda world: "/accounts/" + path


ROWS = [
    own("account_login", 302, 200),
    own("account_logout", 200, 302),
    own("account_signup", 302, 200),
    own("account_inactive", 200, 200),
    own("account_email", 404, 302),
    own("account_email_verification_sent", 200, 200),
    own("account_confirm_email", 200, 200, key="forged"),
    own("account_confirm_login_code", 302, 302),
    own("account_change_password", 200, 302),
    own("account_set_password", 302, 302),
    own("account_reauthenticate", 200, 302),
    own("account_reset_password", 200, 200),
    own("account_reset_password_done", 200, 200),
    own("account_reset_password_from_key", 200, 200, uidb36="1", key="forged"),
    own("account_reset_password_from_key_done", 200, 200),
    own("mfa_index", 200, 302),
    own("mfa_activate_totp", 302, 302),
    own("mfa_deactivate_totp", 404, 302),
    own("mfa_add_webauthn", 302, 302),
    own("mfa_list_webauthn", 200, 302),
    own("mfa_edit_webauthn", 302, 302, pk=1),
    own("mfa_remove_webauthn", 302, 302, pk=1),
    own("mfa_authenticate", 302, 302),
    own("mfa_reauthenticate", 302, 302),
    own("mfa_reauthenticate_webauthn", 302, 302),
    own("mfa_login_webauthn", 302, 302),
    own("mfa_generate_recovery_codes", 302, 302),
    own("mfa_view_recovery_codes", 404, 302),
    own("mfa_download_recovery_codes", 404, 302),
    own("openid_connect_login", 404, 404, provider_id="nhsmail"),
    own("openid_connect_callback", 404, 404, provider_id="nhsmail"),
    own("socialaccount_login_cancelled", 200, 200),
    own("socialaccount_login_error", 401, 302),
    own("socialaccount_signup", 302, 302),
    own("socialaccount_connections", 200, 302),
    own("social/login/cancelled/", 301, 302, path=plain("social/login/cancelled/")),
    own("social/login/error/", 301, 302, path=plain("social/login/error/")),
    own("social/signup/", 301, 302, path=plain("social/signup/")),
    own("social/connections/", 301, 302, path=plain("social/connections/")),
]
