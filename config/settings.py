"""
Everything that a deployment decides, read from the environment once and nowhere else.

Without ``DATABASE_URL`` and ``REDIS_URL`` the embedded servers of ``DATA_DIR`` are used, and the
system counts as a development or demonstration one. docs/configuration.md lists the variables.
"""

from datetime import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import dj_database_url

from config import environment as env
from config.engines.home import Home
from config.engines.postgres import APP, OWNER, Postgres
from config.engines.redis_server import Redis
from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_HOME = Home(env.text("DATA_DIR", str(BASE_DIR / "var"))).claim()
DATA_DIR = DATA_HOME.path

# What this process stands on. The entry points (manage.py, wsgi, celery) start EMBEDDED_SERVERS.
_postgres, _redis = Postgres(DATA_HOME), Redis(DATA_HOME)
_database_url = env.text("DATABASE_URL")
REDIS_URL = env.text("REDIS_URL") or _redis.url()
EMBEDDED_SERVERS: list[Postgres | Redis] = []
if not _database_url:
    EMBEDDED_SERVERS.append(_postgres)
if not env.text("REDIS_URL"):
    EMBEDDED_SERVERS.append(_redis)

DEVELOPMENT = env.flag("DEVELOPMENT", default=not _database_url)
DEBUG = env.flag("DEBUG", default=False)
HTTPS = env.flag("HTTPS", default=not DEVELOPMENT)

# Development makes a key for itself; production has one, or this directory's from before.
_kept_key = DATA_DIR / "secret-key"
if DEVELOPMENT or _kept_key.exists():
    SECRET_KEY = env.text("SECRET_KEY") or env.kept_secret(_kept_key)
else:
    SECRET_KEY = env.required("SECRET_KEY", "生产环境必须自定密钥")
# Where script/server listens.
HOST, PORT = env.text("HOST", "127.0.0.1"), env.number("PORT", 8000)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# How many proxies of our own stand in front: so many entries at the end of X-Forwarded-For are
# true. With too few, all people share the proxy's address and its limits.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

# A database that holds nothing but a demonstration goes without unless this is on; every other
# one demands it whatever this says (accounts.second_factor looks at the marks).
REQUIRE_SECOND_FACTOR = env.flag("REQUIRE_SECOND_FACTOR", default=False)
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "shifan-2026")

# Applications -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",  # first: its migrate and flush replace Django's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",  # its widget templates, under ours in templates/django/forms
    # Their default configurations exclude each other; TEMPLATES below does what both would do.
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_filters",
    "csp",
    "guardian",
    "pgtrigger",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "audit",
    "congress",
    "accounts",
    "notices",
    "suggestions",
    "assignment",
    "handling",
    "supervision",
    "evaluation",
    "ledgers",
    "desk",
    "demonstration",
]
MIDDLEWARE = [
    "config.busy.BusyDatabaseMiddleware",  # first: the others' answers to exceptions come before
    "config.middleware.ProtectiveHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.BodyLimitMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "common.htmx.LostSessionMiddleware",
    "common.htmx.StalePageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.RememberWritesMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    # A view is closed to strangers unless it says otherwise (login_not_required).
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ActingMembershipMiddleware",
    "accounts.middleware.GatesMiddleware",
    "accounts.limits.UploadLimitMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "desk.navigation.CountAnewMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Data ---------------------------------------------------------------------------------------

# In thousandths of a second: a page that waits longer is of no use to anybody (ASVS 13.1.3).
_TIMEOUTS: dict[str, int | str] = {
    "statement_timeout": env.number("DATABASE_STATEMENT_TIMEOUT", 30_000),
    "lock_timeout": env.number("DATABASE_LOCK_TIMEOUT", 10_000),
    "idle_in_transaction_session_timeout": 300_000,
}


def _database(url: str, timeouts: dict[str, int | str]) -> dict[str, Any]:
    # Compiling a query costs a second where a page's own queries take milliseconds; trying all
    # orders of eight joins took longer than any of them. The data lies in memory or on disks
    # without heads, where a row by index costs little more than the next one in a scan; 4 MB of
    # memory made the sorts of one session spill. To start a worker takes as long as many a page's
    # whole answer, so only what takes far longer is shared out (docs/performance.md).
    planner = {
        "jit": "off",
        "join_collapse_limit": 6,
        "parallel_setup_cost": 10_000,
        "random_page_cost": 1.1,
        "work_mem": "16MB",
    }
    options = " ".join(f"-c {name}={value}" for name, value in {**timeouts, **planner}.items())
    # A session keeps the plans of statements (common.statements); one a minute would lose them.
    parsed = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
    # What stands behind the address, such as sslmode and the authority to trust, is kept.
    return {**parsed, "OPTIONS": {**parsed.get("OPTIONS", {}), "options": options}}


_owner_url = env.text("DATABASE_OWNER_URL")
if not _database_url:
    _database_url, _owner_url = _postgres.url(APP), _postgres.url(OWNER)
DATABASES = {"default": _database(_database_url, _TIMEOUTS)}
# A follower of the same database for pages that only read (common.replica), with the app role.
DATABASE_ROUTERS: list[str] = []
if _replica_url := env.text("DATABASE_REPLICA_URL"):
    _reads_only = {**_TIMEOUTS, "default_transaction_read_only": "on"}
    _replica = _database(_replica_url, _reads_only)
    # One that is gone must not keep a page waiting for the network.
    _replica["OPTIONS"] = {"connect_timeout": 2, **_replica["OPTIONS"]}
    DATABASES["replica"] = _replica
    DATABASE_ROUTERS.append("common.replica.Router")
# What config.database.as_owner lays over the default: a migration may take its time, but waits
# for a lock only as long as users can bear to queue behind it.
_owner = _database(_owner_url or _database_url, {"lock_timeout": _TIMEOUTS["lock_timeout"]})
DATABASE_OWNER = {key: _owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}

# Cache and Celery share a server, not a database: emptying the cache must not empty the queue.
CACHES = {
    "default": {
        "BACKEND": "config.cache.RedisCache",
        "LOCATION": env.redis_number(REDIS_URL, plus=1),
        # In seconds: a server that hangs must not hold every page for longer.
        "OPTIONS": {"serializer": "config.cache.JSONSerializer", "socket_timeout": 2},
    }
}
# The public key (age) to which backups are sealed; without one they are in clear.
BACKUP_RECIPIENT = env.text("BACKUP_RECIPIENT")
MEDIA_ROOT = DATA_DIR / "files"  # no MEDIA_URL: files are served by views that ask who wants them
# Where large files wait while they are received: what a cut-off process leaves there is swept.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
REQUEST_MAX_SIZE = 64 * 1024 * 1024  # as the proxy in front (deploy/nginx/nginx.conf)
VIRUS_SCANNER = env.text("VIRUS_SCANNER")  # clamd; nothing is taken in while it is silent

# Who may come in ----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
# ``asvs`` asks for length and no guessable words; ``dengbao`` (GB/T 22239-2019 8.1.4.1 a) also
# for several kinds of characters and a change every ninety days, which ASVS 6.2 forbids.
_changes_on_schedule = env.one_of("PASSWORD_PROFILE", "asvs", "dengbao") == "dengbao"
PASSWORD_MAX_AGE_DAYS = 90 if _changes_on_schedule else 0
_DJANGO, _OURS = "django.contrib.auth.password_validation", "accounts.validators"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_DJANGO}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_DJANGO}.CommonPasswordValidator"},
    {
        "NAME": f"{_DJANGO}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone", "email")},
    },
    {"NAME": f"{_OURS}.ContextWordValidator"},
    {"NAME": f"{_OURS}.RepetitionValidator"},
]
if _changes_on_schedule:
    AUTH_PASSWORD_VALIDATORS.append({"NAME": f"{_OURS}.SeveralKindsValidator"})
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.entrance.SignInForm",
    "change_password": "accounts.forms.entrance.ChangePasswordForm",
    "reauthenticate": "accounts.forms.entrance.ConfirmPasswordForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
ACCOUNT_RATE_LIMITS = {
    # Per address and per account: many people of one office share an address.
    "login": "60/m/ip",
    "login_failed": "30/5m/ip,5/5m/key",
    "login_failed_on_known_device": "5/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "reset_password": "20/m/ip,3/m/key",
}
# Of each signed-in person, counted in accounts.limits: far above what work asks for.
RATE_LIMITS = {
    "search": f"{env.number('SEARCHES_PER_MINUTE', 60)}/m/user",
    "export": f"{env.number('EXPORTS_PER_HOUR', 20)}/h/user",
    "upload": f"{env.number('UPLOADS_PER_HOUR', 120)}/h/user",
    "import": f"{env.number('IMPORTS_PER_HOUR', 10)}/h/user",
}
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.entrance.SecondFactorForm",
    "reauthenticate": "accounts.forms.entrance.ConfirmSecondFactorForm",
    "activate_totp": "accounts.forms.entrance.ActivateSecondFactorForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "代表建议"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# What browsers are told -----------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Pages --------------------------------------------------------------------------------------

_cotton = "django_cotton.cotton_loader.Loader"
_from_folders = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
_cached = ("django.template.loaders.cached.Loader", [_cotton, *_from_folders])
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [_cotton, *_from_folders] if DEBUG else [_cached],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "common.templatetags.ui",
            ],
            "libraries": {"ui": "common.templatetags.ui"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.page.page",
                "accounts.context.person",
                "desk.navigation.navigation",
            ],
        },
    }
]
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True  # a component sees what it is given, not its page
FORM_RENDERER = "common.forms.Renderer"
FILTERS_EMPTY_CHOICE_LABEL = "全部"
# Tells a page of an older release that its parts no longer fit (common.htmx.StalePageMiddleware).
RELEASE = env.text("RELEASE") or sha256((BASE_DIR / "frontend/built.json").read_bytes()).hexdigest()

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        # Not the rights of uploads: who collects them (root, building an image) is not who serves.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# Language, time, mail, logs -----------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# How people are told things outside; without any of the three, development writes into the log
# and production keeps to the inbox. docs/configuration.md says what each variable means.
# Within office hours: nothing leaves after six in the evening (notices/slots.py).
MESSAGE_SLOTS = env.times("MESSAGE_SLOTS", ["09:00", "15:00"], first=time(8), last=time(17, 30))
MESSAGE_SIGNATURE = env.text("MESSAGE_SIGNATURE", "代表建议")
MESSAGE_PLATFORM_URL = env.text("MESSAGE_PLATFORM_URL")
MESSAGE_PLATFORM_SECRET = env.text("MESSAGE_PLATFORM_SECRET")
MESSAGE_PLATFORM_CONGRESSES = env.words("MESSAGE_PLATFORM_CONGRESSES", [])
SMS_URL = env.text("SMS_URL")
SMS_TOKEN = env.text("SMS_TOKEN")
SMS_SIGNATURE = env.text("SMS_SIGNATURE")
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_SECURITY = env.one_of("EMAIL_SECURITY", "none", "starttls", "tls")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "daibiao@localhost")

LOGGING = logging_settings(development=DEVELOPMENT)
