"""The portal's only settings module, read strictly from the environment.

Two ways to run, one code: without any variable the portal runs embedded (SQLite, queue in the
database, mail kept on a development page); ``PORTAL_MODE=production`` wants ``DATABASE_URL``,
``REDIS_URL``, ``SECRET_KEY``, ``ALLOWED_HOSTS`` and ``EMAIL_URL``. A wrong or missing value stops
the start with the sentence that mends it (``portal/checks.py``).
"""

from decimal import Decimal
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from portal.embedded import private_folder, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
PORTAL_MODE = env.str("PORTAL_MODE", "embedded")
if PORTAL_MODE not in ("embedded", "production"):
    raise ImproperlyConfigured(f"PORTAL_MODE is «{PORTAL_MODE}»: set embedded or production.")
EMBEDDED = PORTAL_MODE == "embedded"
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
if EMBEDDED:
    private_folder(VAR_DIR)
DEBUG = env.bool("DEBUG", False)
PORT = env.int("PORT", 8000)
PORTAL_URL = env.str("PORTAL_URL", f"http://localhost:{PORT}" if EMBEDDED else "")

SECRET_KEY = env.str("SECRET_KEY", "") or (secret_key(VAR_DIR) if EMBEDDED else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])  # keys of before: what they signed and sealed stays good
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"] if EMBEDDED else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "portal",  # before Wagtail: it overrides some of its templates
    "cabinet.common",
    "cabinet.accounts",
    "cabinet.contracts",
    "cabinet.metering",
    "cabinet.readings",
    "cabinet.billing",
    "cms_pages.texts",
    "cms_pages.help",
    "imports",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "cabinet.accounts.apps.SessionsConfig",  # allauth's, with receivers of ours
    "captcha",
    "django_altcha",
    "django_htmx",
    "django_q",
    "csp",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.apps.UsersConfig",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "portal.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.PrivatePagesMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.sessions.RenewSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.back_office_door.SecondFactorMiddleware",
    "portal.seeing.SeeingMiddleware",
    "portal.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "portal.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cabinet.common.context_processors.window",
                "portal.menu.frame",
            ],
            "builtins": [
                "django.templatetags.static",
                "cabinet.common.templatetags.figures",
                "cabinet.common.templatetags.ui",
                "cms_pages.texts.templatetags.texts",
            ],
        },
    },
]
FORM_RENDERER = "cabinet.common.forms.PortalRenderer"

# --- Database, cache, tasks ------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
else:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "portal.sqlite3"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE and a patient timeout: without them concurrent writers fail with «database is locked».
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
else:
    # A pool: under ASGI persistent connections are never reused.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", 10), "timeout": 10}}

REDIS_URL = env.str("REDIS_URL", "")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

Q_CLUSTER = {
    "name": "portal",
    "workers": env.int("WORKERS", 2 if EMBEDDED else 4),
    # django-q2 delivers at least once: retry > timeout > the longest task.
    "timeout": 600,
    "retry": 900,
    "max_attempts": 3,
    "poll": 0.3,
    "catch_up": False,
    "label": "Задания",
    # Always in the database: a task is queued in the transaction that needs it, and one whose worker died
    # is delivered again. The Redis broker takes it off the queue at once and loses it.
    "orm": "default",
}

# --- People ----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Django's own: allauth's would also take an address that waits for confirmation as a login.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "cabinet.accounts.passwords.LettersAndDigitsValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_RESET_TIMEOUT = 72 * 3600  # seconds; the manual's 72 hours

ACCOUNT_ADAPTER = "cabinet.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3  # the manual's 72 hours
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # mail scanners prefetch links
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_SESSION_REMEMBER = False  # the cookie goes with the browser, the server knows when the session ends
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds; time enough to install an application for codes
ACCOUNT_FORMS = {
    "login": "cabinet.accounts.forms.SignInForm",
    "reauthenticate": "cabinet.accounts.factor_forms.PasswordAgainForm",
    "reset_password": "cabinet.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "cabinet.accounts.forms.NewPasswordForm",
}
PERSON_SEARCHES_PER_HOUR = env.int("PERSON_SEARCHES_PER_HOUR", 60)  # of one person, by e-mail
INVITATIONS_PER_HOUR = env.int("INVITATIONS_PER_HOUR", 20)  # of one person
ACCESS_CHANGES_PER_HOUR = env.int("ACCESS_CHANGES_PER_HOUR", 60)  # of one person: each is a letter to somebody
# Attempts per address (ip), per account or e-mail (key), per signed-in user. «Here»: of a login from one address,
# fewer than of the login from anywhere, so that a stranger's wrong passwords do not lock its owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/10m/key",
    "login_failed_from": "20/10m/ip",  # apart: allauth clears all of «login_failed» after a right code
    "login_failed_here": "5/10m/key",
    "second_step": "5/10m/key",
    "second_step_day": "60/d/key",  # apart: a new password gives none of these back
    "signup": "30/h/ip",
    "signup_check": "60/h/ip",
    "signup_code": "10/h/ip,3/h/key",
    "confirm_email": "1/3m/key",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "30/h/ip",
    "find_person": f"{PERSON_SEARCHES_PER_HOUR}/h/user",
    "change_access": f"{ACCESS_CHANGES_PER_HOUR}/h/user",
    "invite": f"{INVITATIONS_PER_HOUR}/h/user,5/h/key",
    "invitation_code": "30/h/ip",
    "change_password": "10/h/user",
    "manage_email": "5/h/user",
}

# The second factor. Passkeys need https, or localhost.
MFA_ADAPTER = "cabinet.accounts.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Личный кабинет"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds: a code typed slowly, a clock a little off
MFA_RATE_LIMITS = {"webauthn_login": "30/m/ip"}
MFA_FORMS = {
    "authenticate": "cabinet.accounts.factor_forms.SecondStepForm",
    "reauthenticate": "cabinet.accounts.factor_forms.CodeAgainForm",
    "authenticate_webauthn": "cabinet.accounts.factor_forms.PasskeyStepForm",
    "login_webauthn": "cabinet.accounts.factor_forms.PasskeySignInForm",
    "reauthenticate_webauthn": "cabinet.accounts.factor_forms.PasskeyAgainForm",
    "activate_totp": "cabinet.accounts.factor_forms.ConnectAppForm",
    "add_webauthn": "cabinet.accounts.factor_forms.NewPasskeyForm",
    "edit_webauthn": "cabinet.accounts.factor_forms.PasskeyNameForm",
}
# No page of the back office without one: staff are led to set it up.
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", not EMBEDDED)

SESSION_ENGINE = "portal.sessions"
SESSION_COOKIE_AGE = 60 * env.int("SESSION_IDLE_MINUTES", 30)  # without a person's act
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "portal_session"
CSRF_COOKIE_NAME = "portal_csrf"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.refusals.no_token"

# A registration under suspicion: so many from one address within so many minutes.
REGISTRATION_SUSPICION_ATTEMPTS = env.int("REGISTRATION_SUSPICION_ATTEMPTS", 3)
REGISTRATION_SUSPICION_MINUTES = env.int("REGISTRATION_SUSPICION_MINUTES", 60)
REGISTRATION_MINUTES = env.int("REGISTRATION_MINUTES", 30)  # how long the second step waits
REGISTRATION_CODE_MINUTES = env.int("REGISTRATION_CODE_MINUTES", 10)
REGISTRATION_CODE_TRIES = env.int("REGISTRATION_CODE_TRIES", 5)
ALTCHA_HMAC_KEY = SECRET_KEY
ALTCHA_VERIFICATION_ENABLED = True
CAPTCHA_LENGTH = 5
CAPTCHA_FONT_SIZE = 32

# --- Mail ------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Личный кабинет <no-reply@example.com>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_URL = env.str("EMAIL_URL", "")
DEVELOPMENT_MAILBOX = EMBEDDED and not EMAIL_URL
if EMAIL_URL:
    vars().update(env.dj_email_url("EMAIL_URL"))
elif DEVELOPMENT_MAILBOX:
    # Kept as files and shown on the development mailbox page.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"

# --- Files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
# Names with a hash never change what is behind them: Django's, and those of esbuild's shared modules.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+(/chunk-[0-9A-Z]{8}|\.[0-9a-f]{12})\..+$"
STATICFILES_DIRS = [BASE_DIR / "var" / "build"]
MEDIA_ROOT = VAR_DIR / "media"  # private: served only by authorised views
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env.str("STATIC_STORAGE", "portal.static_files.PortalStaticFilesStorage")},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000  # one page of a big contract posts every register

# --- Language and time -----------------------------------------------------------------------

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский")]
TIME_ZONE = "Europe/Moscow"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "portal.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Wagtail: the only back office -----------------------------------------------------------

WAGTAIL_SITE_NAME = "Рабочее место"
WAGTAILADMIN_BASE_URL = PORTAL_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ru", "Русский")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = False  # nothing to approve yet
WAGTAIL_USER_TIME_ZONES = ["Europe/Moscow"]
WAGTAIL_AGING_PAGES_ENABLED = False
WAGTAIL_DATE_FORMAT = "%d.%m.%Y"
WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y %H:%M"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms_pages.help.uploads.CheckedDocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "doc", "docx", "xls", "xlsx", "odt", "ods", "rtf"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]  # no SVG: it may carry scripts
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- Rules that are settings, not law written into code ---------------------------------------

READINGS_ROLLOVER_MARGIN = env.decimal("READINGS_ROLLOVER_MARGIN", Decimal("1.1"))
READINGS_UNUSUAL_FACTOR = env.decimal("READINGS_UNUSUAL_FACTOR", Decimal(3))
VERIFICATION_WARNING_DAYS = env.int("VERIFICATION_WARNING_DAYS", 90)
BINDING_TRIES = env.int("BINDING_TRIES", 5)
BINDING_TRIES_MINUTES = env.int("BINDING_TRIES_MINUTES", 60)
ACCESS_REQUEST_DAYS = env.int("ACCESS_REQUEST_DAYS", 3)  # for the administrator alone, then a curator decides too
INVITATION_HOURS = env.int("INVITATION_HOURS", 72)  # the manual's
INVITATION_CODE_TRIES = env.int("INVITATION_CODE_TRIES", 5)
ACT_PRINTS_AT_ONCE = env.int("ACT_PRINTS_AT_ONCE", 3)  # of one person; the worker is one for all
ACT_PRINTS_PER_HOUR = env.int("ACT_PRINTS_PER_HOUR", 60)
WORKBOOK_MAX_MB = env.int("WORKBOOK_MAX_MB", 20)  # of an uploaded workbook
FORM_UPLOADS_AT_ONCE = env.int("FORM_UPLOADS_AT_ONCE", 3)  # of one person
FORMS_PER_HOUR = env.int("FORMS_PER_HOUR", 60)  # of one person: uploaded, and large ones asked for
LOADS_KEPT_DAYS = env.int(
    "LOADS_KEPT_DAYS", 90
)  # rows and files of the supplier's loads: as long they can be taken back
DEMO_PASSWORD = "Demo-2026"

# --- Security --------------------------------------------------------------------------------

X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview lives in a frame of our own origin
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # asks for DENY
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
HTTPS = env.bool("HTTPS", not EMBEDDED)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$"]  # asked past the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF, "blob:"],
    }
}

# --- Logs: one JSON line an event --------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "portal.logs.RequestIdFilter"}},
    "formatters": {"json": {"()": "portal.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
