"""
The pages of allauth that we use, one by one. What is not here does not exist: nobody
signs up, confirms an address or manages several of them.
"""

from allauth.account import views as account
from allauth.mfa import urls as mfa
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import urls as openid
from django.conf import settings
from django.urls import include, path, re_path

# allauth's own pattern: the number of the person, then a key that has dashes itself.
_KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(_KEY, account.password_reset_from_key, name="account_reset_password_from_key"),
    path("2fa/", include(mfa)),
]
if settings.OIDC_SERVER_URL:
    urlpatterns += [
        path("", include(openid)),
        path("3rdparty/", social.connections, name="socialaccount_connections"),
        path(
            "3rdparty/login/cancelled/",
            social.login_cancelled,
            name="socialaccount_login_cancelled",
        ),
        path("3rdparty/login/error/", social.login_error, name="socialaccount_login_error"),
    ]
