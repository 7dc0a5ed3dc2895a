"""Settings, read from the environment; without any, the portal runs as a demo on embedded servers.

DEBUG is on by default and means "a demo on one machine". With DEBUG off nothing is guessed: the portal
refuses to start without SECRET_KEY, DATABASE_URL and ALLOWED_HOSTS. docs/runtime.md lists every variable.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from common.embedded.postgres import embedded_postgres
from common.embedded.valkey import embedded_valkey
from compensation.schemes import folders as schemes
from portal.var_dir import folder, secret_kept_in

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _required(name: str, example: str) -> str:
    value: str = env.str(name, "")
    if not value:
        raise ImproperlyConfigured(f"With DEBUG off, {name} must be set, for example {name}={example}.")
    return value


DEBUG = env.bool("DEBUG", True)
DEMO = env.bool("DEMO", DEBUG)
HTTPS = env.bool("HTTPS", not DEBUG)
PORT = env.int("PORT", 8000)
PUBLIC_URL = env.str("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
VAR_DIR = folder(BASE_DIR / env.str("VAR_DIR", "var"))

SECRET_KEY = env.str("SECRET_KEY", "") or (
    secret_kept_in(VAR_DIR / "secret_key") if DEBUG else _required("SECRET_KEY", "$(openssl rand -base64 48)")
)
ALLOWED_HOSTS = (
    env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
    if DEBUG
    else _required("ALLOWED_HOSTS", "redress.example.com").split(",")
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- what is installed -------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal",
    "disputes",
    "compensation",
    "refunds",
    "payouts",
    "notices",
    "ledger",
    "policies",
    "orders",
    "accounts",
    "common",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "csp",
    "django.forms",
]

MIDDLEWARE = [
    "portal.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.security_policy.SecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "common.body_limit.BodyLimitMiddleware",
    "common.null_characters.NullCharacterMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.reader.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context.page",
            ],
        },
    }
]

FORM_RENDERER = "common.forms.Renderer"

# --- database, broker, mail --------------------------------------------------------------------

if not DEBUG:
    _required("DATABASE_URL", "postgres://redress:secret@db.example.com/redress")

postgres, valkey = embedded_postgres(VAR_DIR), embedded_valkey(VAR_DIR)
DATABASE_URL = env.str("DATABASE_URL", "") or postgres.url
if not DATABASE_URL.startswith(("postgres://", "postgresql://")):
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL server, for example postgres://user@host/redress.")

DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_URL),
        "ENGINE": "common.embedded" if postgres.url == DATABASE_URL else "common.postgresql",
        # Lasting connections, no more than threads (common.postgresql.lending): as quick as a pool when measured (ten
        # times a fresh connection), and nothing more to size. The check lets a request survive a restarted database.
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    # A transaction that somebody forgot must not keep old row versions alive for ever.
    options="-c idle_in_transaction_session_timeout=300000",
    # A statement that a connection has sent a few times is planned once from then on.
    server_side_binding=True,
    prepare_threshold=5,
)

# The running portal works as a role that cannot change the books (portal.database_roles); their owner migrates. On the
# embedded server it signs in as that role, on another it takes the role on right after signing in.
WEB_ROLE = env.str("DATABASE_ROLE", "") or "redress_web"
if DATABASE_ROLE := env.str("DATABASE_ROLE", ""):
    if postgres.url == DATABASE_URL:
        DATABASES["default"]["USER"] = DATABASE_ROLE
    else:
        DATABASES["default"]["OPTIONS"]["options"] += f" -c role={DATABASE_ROLE}"

CELERY_BROKER_URL = env.str("BROKER_URL", "") or valkey.url

# Without a mail server every mail becomes a file in this folder.
MAILBOX_DIR = VAR_DIR / "mailbox"
EMAIL_BACKEND = "notices.mailbox.MailboxBackend"
EMAIL_TIMEOUT = 10
if EMAIL_URL := env.str("EMAIL_URL", ""):
    vars().update(env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Redress <no-reply@example.com>")

# --- the demo's own payment provider -----------------------------------------------------------

# The ways money can leave, by the code that orders name them by; each function finds its own settings.
PAYOUT_GATEWAYS = {
    "wallet": "payouts.gateways.wallet.gateway.connect",
    "sandbox": "payouts.gateways.sandbox.gateway.connect",
    "stripe": "payouts.gateways.stripe.connection.connect",
}

SANDBOX_URL = env.str("SANDBOX_URL", f"http://127.0.0.1:{PORT + 1}")
SANDBOX_TIMEOUT_SECONDS = env.float("SANDBOX_TIMEOUT_SECONDS", 5.0)
SANDBOX_WEBHOOK_URL = env.str("SANDBOX_WEBHOOK_URL", f"http://127.0.0.1:{PORT}/webhooks/sandbox")
SANDBOX_SECRET = env.str("SANDBOX_SECRET", "") or (secret_kept_in(VAR_DIR / "sandbox_secret") if DEMO else "")

STRIPE_API_KEY = env.str("STRIPE_API_KEY", "")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_TIMEOUT_SECONDS = env.float("STRIPE_TIMEOUT_SECONDS", 20.0)
# More than one while a secret is being changed, separated by commas.
STRIPE_WEBHOOK_SECRETS = env.list("STRIPE_WEBHOOK_SECRET", default=[])

DEMO_PASSWORD = "redress"  # noqa: S105 known to everybody, and to the demo's people only

# --- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- the edge ----------------------------------------------------------------------------------

_cookie_prefix = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{_cookie_prefix}redress_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
CSRF_COOKIE_NAME = f"{_cookie_prefix}redress_csrf"
LANGUAGE_COOKIE_NAME = "redress_language"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # whether the whole domain is put on browsers' lists is its owner's call
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# A request body above these is refused before it is read (common.body_limit).
BODY_LIMIT_BYTES = 1024 * 1024
UPLOAD_LIMIT_BYTES = 12 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT_BYTES

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- the API -----------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["common.strict_input.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.errors.api_exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

REST_KNOX = {"TOKEN_TTL": timedelta(hours=10), "AUTO_REFRESH": False}

SPECTACULAR_SETTINGS = {
    "TITLE": "Redress",
    "DESCRIPTION": "Claims, decisions, payouts and books of the marketplace's after-sales portal.",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {
        "AccountKind": "ledger.models.AccountKind",
        "AnswerKind": "disputes.rights.Answer",
        "ClaimStatus": "disputes.models.Status",
        "Action": "disputes.rights.Act",
        "BookingKind": "orders.models.Booking.Kind",
        "BookingOutcome": "orders.models.Booking.Outcome",
        "CouponStatus": "compensation.models.Coupon.Status",
        "Decider": "disputes.api.shapes.DECIDERS",
        "DecisionReason": "disputes.models.DecisionReason",
        "EvidenceKind": "disputes.models.Evidence.Kind",
        "OfferStatus": "disputes.models.Offer.Status",
        "OrderKind": "orders.models.OrderKind",
        "Outcome": "disputes.models.Outcome",
        "Party": "disputes.models.Party",
        "PayoutStatus": "payouts.models.Status",
        "Reason": "disputes.api.shapes.REASONS",
        "RejectionReason": "disputes.models.Rejection.Reason",
        "Remedy": "policies.words.Remedy",
        "Settles": "policies.words.Settles",
        "Side": "disputes.api.shapes.SIDES",
        "TransferKind": "ledger.models.TransferKind",
        "Turn": "disputes.api.shapes.WAITED_FOR",
        "HappeningKind": "compensation.models.Happening.Kind",
        "AffectedStatus": "compensation.models.Affected.Status",
        "RehousingStatus": "compensation.models.Rehousing.Status",
        "ForceMajeureKind": "compensation.models.ForceMajeure.Kind",
        "ReliefKind": "compensation.models.Relief.Kind",
        "AdvanceStatus": "compensation.models.Advance.Status",
        "RecoveryStatus": "compensation.models.Recovery.Status",
        "FillingKind": "compensation.models.Filling.Kind",
    },
}

# --- rules -------------------------------------------------------------------------------------
# A policy's code and its pure rule, or the dataclass of terms that no rule reads (policies.in_force).

POLICY_RULES = {
    "lightning_refund": "refunds.rules.lightning_refund",
    "refund_without_return": "refunds.rules.refund_without_return",
    "return_first": "refunds.rules.return_first",
    "ask_merchant": "refunds.rules.ask_merchant",
    "clocks": "policies.clocks.Clocks",
    "advance": "compensation.fund_terms.AdvanceTerms",
    "recovery": "compensation.fund_terms.RecoveryTerms",
    "empathy": "compensation.fund_terms.EmpathyTerms",
    "compensation_caps": "compensation.caps.CompensationCaps",
    **schemes.rules(),
}
# Where their terms are written, and which modules put them into words beside policies.wording.
POLICY_TERMS = [BASE_DIR / "policies/terms", *schemes.FOLDERS]
POLICY_WORDINGS = schemes.wordings()
# What looks for faults in terms before they are published, and what may keep a merchant from taking part.
POLICY_ANALYSER = "policies.analyser.findings_of"
POLICY_GATES: tuple[str, ...] = ("compensation.actions.labels.refuse_by_hand",)

# --- background work ---------------------------------------------------------------------------
# Rows are the truth and a task only says "look": a message may be lost, late or doubled.

CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 50
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if CELERY_BROKER_URL.startswith(("redis", "rediss", "valkey")):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 120,  # above the time limit, so that no healthy task is handed out twice
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
    }
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    # One line for each call to a provider says less than the attempts that are kept of them.
    "loggers": {"httpx": {"level": "WARNING"}},
}
