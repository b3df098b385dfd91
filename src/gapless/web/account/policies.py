"""The policies of pages that a library serves: our views declare theirs themselves."""

from django.conf import settings

from gapless.people.org.rules import Policy

_ANYONE = (
    "account_login",
    "account_logout",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    "mfa_login_webauthn",
)
_SIGNED_IN = (
    "account_change_password",
    "account_set_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
)
# Served only where the installation names an identity provider.
_IDENTITY_PROVIDER = {
    "openid_connect_login": Policy.ANYONE,
    "openid_connect_callback": Policy.ANYONE,
    "socialaccount_login_cancelled": Policy.ANYONE,
    "socialaccount_login_error": Policy.ANYONE,
    "socialaccount_connections": Policy.SIGNED_IN,
}
EXTERNAL: dict[str, Policy] = {
    **dict.fromkeys(_ANYONE, Policy.ANYONE),
    **dict.fromkeys(_SIGNED_IN, Policy.SIGNED_IN),
    **(_IDENTITY_PROVIDER if settings.OIDC_SERVER_URL else {}),
}
