"""
Settings. Everything an installation may change comes from the environment and is
listed in docs/reference/settings.md; nothing else in the code reads the environment.
"""

import sys
from pathlib import Path

import environ
import pysqlite3
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

# The interpreter's own SQLite may carry the WAL-reset bug (reliability.md D2); the wheel
# does not. One SQLite library per process: it takes the place of the module itself.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

env = environ.Env()
PACKAGE = Path(__file__).resolve().parent

# --- The installation -----------------------------------------------------------------
DATA_DIR = Path(env.str("GAPLESS_DATA", default="var")).resolve()
PUBLIC_URL = env.str("GAPLESS_URL", default="http://localhost:8000").rstrip("/")
SECRET_KEY_FILE = DATA_DIR / "secret_key"
# Commands that need no installation (`gapless gap`) run without a key on disk; the
# server refuses to (gapless.wsgi).
SECRET_KEY = env.str("GAPLESS_SECRET_KEY", default="") or (
    SECRET_KEY_FILE.read_text().strip()
    if SECRET_KEY_FILE.exists()
    else get_random_string(60)
)
DEBUG = env.bool("GAPLESS_DEBUG", default=False)

_host = environ.urlparse(PUBLIC_URL)
ALLOWED_HOSTS = [_host.hostname or "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
_https = _host.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-gapless" if _https else "gapless"
CSRF_FAILURE_VIEW = "gapless.web.errors.form_too_old"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 32_000  # an import of 2,000 columns, 15 fields each
DATA_UPLOAD_MAX_NUMBER_FILES = 10  # photos of a case; who brings more is told in words
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
UPLOAD_MAX_BYTES = env.int("GAPLESS_UPLOAD_MAX_BYTES", default=100_000_000)

# --- Database (reliability.md D1 to D4) -----------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'gapless.sqlite3'}")
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"] |= {
        "ENGINE": "gapless.core.sqlite",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
else:
    DATABASES["default"] |= {"CONN_HEALTH_CHECKS": True}
DATABASES["default"] |= {"CONN_MAX_AGE": 60}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Areas, in the order of the loop --------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # so that our own templates of controls come before Django's
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "treebeard",
    "gapless.core.audit",
    "gapless.core.files",
    "gapless.core.jobs",
    "gapless.core.calendar",
    "gapless.core.notices",
    "gapless.core.clocks",
    "gapless.core.evidence",
    "gapless.core.instruments",
    "gapless.core.imports",
    "gapless.people.org",
    "gapless.people.work",
    "gapless.requirements.characteristics",
    "gapless.control.cases",
    "gapless.evaluation.campaigns",
    "gapless.evaluation.gaps",
    "gapless.web",
    "gapless.cli",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gapless.web.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gapless.web.middleware.PersonalSettings",
    "gapless.web.middleware.Doors",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "gapless.urls"
WSGI_APPLICATION = "gapless.wsgi.application"

# --- Pages ----------------------------------------------------------------------------
# cotton and template-partials each patch the loaders and break the other when left to
# themselves (stack.md §2); tests/web/test_templates.py holds this configuration.
_LOADERS = [
    (
        "django.template.loaders.cached.Loader",
        [
            "django_cotton.cotton_loader.Loader",
            "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        ],
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "gapless.web.navigation.shell",
            ],
            "loaders": [("template_partials.loader.Loader", _LOADERS)],
            "libraries": {
                "gap_words": "gapless.web.gaps.filters",
                "campaign_tabs": "gapless.web.campaigns.filters",
            },
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "gapless.web.templatetags.numbers",
                "gapless.web.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "gapless.web.forms.Renderer"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Languages and time ---------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("GAPLESS_TIME_ZONE", default="Asia/Shanghai")

# --- Who someone is -------------------------------------------------------------------
AUTH_USER_MODEL = "org.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "gapless.web.account.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "gapless.web.account.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_DISPLAY = "gapless.web.account.adapter.display"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # there is no sign-up to point a stranger to
# allauth's own keeps every address a person ever had; an old one must open nothing.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = (
    "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105  a class
)
# A whole hall may share one address; nobody can lock a colleague out for long.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/m/key"}
# With https there is a proxy in front: the device is the last address it wrote down.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _https else 0
MFA_ADAPTER = "gapless.web.account.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
MFA_TOTP_ISSUER = "Gapless"
# One OpenID Connect provider, by environment: id, secret, discovery address, name.
OIDC_SERVER_URL = env.str("GAPLESS_OIDC_SERVER_URL", default="")
SOCIALACCOUNT_ADAPTER = "gapless.web.account.adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.str("GAPLESS_OIDC_NAME", default="OpenID Connect"),
                "client_id": env.str("GAPLESS_OIDC_CLIENT_ID", default=""),
                "secret": env.str("GAPLESS_OIDC_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else []
    }
}

# Log-in limits count in the cache; several server processes share it in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# --- Mail -----------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("GAPLESS_EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("GAPLESS_EMAIL_FROM", default="gapless@localhost")
# Notices go out to the Internet by https only; to these hosts of one's own network, too.
OUTGOING_HOSTS = env.list("GAPLESS_OUTGOING_HOSTS", default=[])

# --- What is measured -----------------------------------------------------------------
# domain.md 2.4: fewer answers than this are never shown.
DISPLAY_THRESHOLD = env.int("GAPLESS_DISPLAY_THRESHOLD", default=10)
# reliability.md 2.4: a whole hall may share one network; one device answers for one person.
ANSWERS_PER_DEVICE = env.int("GAPLESS_ANSWERS_PER_DEVICE", default=3)  # in a minute
ANSWERS_PER_NETWORK = env.int("GAPLESS_ANSWERS_PER_NETWORK", default=600)  # in an hour

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
# The proxy in front turns http into https; whether the whole domain stays with https is
# for whoever owns the domain. Without https, on one's own machine, there is nothing to pin.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"] + (
    [] if _https else ["security.W004"]
)
