"""Every setting of dndimages, read from the environment (and `.env`) once, at start.

Works with no environment at all: SQLite, local files, the built-in painter. docs/settings.md
lists every variable; a test holds the two together. Code reads `settings.X` inside functions.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF

from dndimages.env import Environment, in_brackets
from dndimages.secretkey import load_secret_key, refuse_as_root
from dndimages.sentry import is_dsn

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")

# ── Where things live ────────────────────────────────────────────────────────────────────────────
DATA_DIR = env.path("DATA_DIR", BASE_DIR)
refuse_as_root(DATA_DIR, shared=BASE_DIR)
MEDIA_ROOT = env.path("IMAGE_STORAGE_DIR", DATA_DIR / "media")
MEDIA_URL = "/media/"  # pictures are served by their own view at /images/…
SPOOL_DIR = DATA_DIR / "spool"  # provider bytes that are paid for but not yet a picture
CACHE_DIR = DATA_DIR / "cache"
BACKUP_DIR = env.path("BACKUP_DIR", DATA_DIR / "backups")  # best on another disk
STATIC_ROOT = DATA_DIR / "staticfiles"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]

# ── Who we are on the network ────────────────────────────────────────────────────────────────────
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, least=1, most=65535)
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.secret("SECRET_KEY") or load_secret_key(DATA_DIR / "secret_key")
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.names_of_hosts("ALLOWED_HOSTS") or [
    *LOCAL_HOSTS,
    *([in_brackets(HOST)] if HOST not in ("0.0.0.0", "::") else []),
]
#: The local profile: nobody but this machine is served. Opens conveniences such as the null origin.
LOCAL_PROFILE = HOST in {*LOCAL_HOSTS, "::1"} and set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, most=10)  # proxies whose X-Forwarded-For we believe
HTTPS = env.flag("HTTPS", False)  # the service is reached over TLS: secure cookies, HSTS, redirect
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
#: What is asked on this machine, past the proxy: probes, and Prometheus with its key.
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz|health|health/detailed|metrics)/?$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "dndimages.api.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.origins(
    "CORS_ALLOWED_ORIGINS",
    ["http://localhost:8080", "http://127.0.0.1:8080", "http://localhost:8000", "http://127.0.0.1:8000"]
    + (["null"] if LOCAL_PROFILE else []),  # "null": a game page opened from disk
    extra=["null", "file://"],  # what pages opened from disk say they are, as the browser has it
)
if any("*" in _origin for _origin in CORS_ALLOWED_ORIGINS):
    env.problem("CORS_ALLOWED_ORIGINS must name each origin; there is no * in it")
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "prefer", "x-request-id"]
CORS_EXPOSE_HEADERS = ["Location", "Retry-After", "X-Request-ID", "ETag"]

# ── Database: SQLite in DATA_DIR, or whatever DATABASE_URL says ──────────────────────────────────
DB_POOL_SIZE = env.number("DB_POOL_SIZE", 16, least=2, most=500)  # connections a process, PostgreSQL only
_database_url = env.secret("DATABASE_URL")
try:
    _database: dict[str, Any] = dict(dj_database_url.parse(_database_url)) if _database_url else {}
except (ValueError, dj_database_url.ParseError):
    env.problem("DATABASE_URL must be a database URL such as postgres://user@host/name")
    _database = {}
if _database.get("ENGINE") in (None, "django.db.backends.sqlite3"):
    _name = _database.get("NAME") or "db.sqlite3"
    _database = {
        "ENGINE": "dndimages.sqlite",
        "NAME": str(DATA_DIR / _name),  # an absolute name wins: never relative to the current folder
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,  # seconds to wait for another writer
            # A deferred transaction that turns from reading to writing fails at once, whatever the timeout.
            "transaction_mode": "IMMEDIATE",
            # FULL: an answered write survives power loss (0.2 ms a commit).
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-4096;",
        },
        "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    if len(_database.get("NAME", "").encode()) > 63:
        env.problem("DATABASE_URL names a database of more than 63 bytes, which PostgreSQL does not take")
    # CONN_MAX_AGE 0: a request gives its connection back to the pool at once.
    _database["CONN_MAX_AGE"] = 0
    _database["CONN_HEALTH_CHECKS"] = True  # the pool hands out no dead connection
    _database.setdefault("OPTIONS", {})
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": DB_POOL_SIZE, "timeout": 2}
    _database["OPTIONS"].setdefault("connect_timeout", 3)
else:
    env.problem("DATABASE_URL must name SQLite or PostgreSQL")
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Cache: what rate limits count in. Shared by all processes and atomic, or it is no limit. ─────
REDIS_URL = env.redis("REDIS_URL")
CACHE_PREFIX = env.text("CACHE_PREFIX", "dndimages")
_local_cache: dict[str, Any] = {
    "BACKEND": "dndimages.cache.KeptDiskCache",
    "LOCATION": str(CACHE_DIR),
    "OPTIONS": {"size_limit": 2**26},
    "DATABASE_TIMEOUT": 5.0,  # seconds; at its default of 10 ms a busy moment would count as "over the limit"
    "KEY_PREFIX": CACHE_PREFIX,
    # Unpickling what someone wrote into a folder would run it: numbers and text only.
    "DISK": "diskcache_community.SafeDisk",
}
_shared_cache: dict[str, Any] = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache",
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": CACHE_PREFIX,
    "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
}
CACHES = {
    "default": _shared_cache if REDIS_URL else _local_cache,
    "local": _local_cache,
    "limits": {"BACKEND": "dndimages.cache.FailoverCache", "LOCATION": "", "OPTIONS": {}},
}
RATELIMIT_USE_CACHE = "limits"
RATELIMIT_FAIL_OPEN = False
SILENCED_SYSTEM_CHECKS = [
    "django_ratelimit.W001",  # it does not know "limits", which fails over between two that are atomic
    "security.W003",  # it looks for Django's own CSRF middleware; ours is a subclass of it
]

# ── Pictures ─────────────────────────────────────────────────────────────────────────────────────
WEBP_QUALITY = env.number("WEBP_QUALITY", 85, least=1, most=100)
THUMBNAIL_SIZE = env.size_px("THUMBNAIL_SIZE", (200, 200))
MAX_IMAGE_SIZE_MB = env.number("MAX_IMAGE_SIZE_MB", 5, least=1, most=100)  # a stored full picture
MAX_IMAGES_PER_ITEM = env.number("MAX_IMAGES_PER_ITEM", 20, least=1)  # new ones of one item or character
CACHE_EXPIRY_DAYS = env.number("CACHE_EXPIRY_DAYS", 7, least=1, most=36500)
BACKUP_RETENTION_DAYS = env.number("BACKUP_RETENTION_DAYS", 30, least=1, most=36500)
SPARE_SCENE_DAYS = env.number("SPARE_SCENE_DAYS", 90, most=36500)  # expired, kept to fall back on
LOG_RETENTION_DAYS = env.number("LOG_RETENTION_DAYS", 365, most=36500)  # the generation log; 0: for ever
BACKUP_KEEP = env.number("BACKUP_KEEP", 14, most=10_000)  # backups; 0: any number
BACKUP_KEEP_DAYS = env.number("BACKUP_KEEP_DAYS", 30, most=36500)  # 0: for ever
MIN_FREE_DISK_MB = env.number("MIN_FREE_DISK_MB", 100)  # below it nothing new is generated
_accel = env.text("X_ACCEL_REDIRECT_PREFIX").strip("/")  # e.g. /protected/: nginx sends the file
X_ACCEL_REDIRECT_PREFIX = f"/{_accel}/" if _accel else ""
PUBLIC_BASE_URL = env.url("PUBLIC_BASE_URL").rstrip("/")  # else taken from each request

S3_BUCKET = env.text("S3_BUCKET")
S3_SECRET = env.secret("S3_SECRET_KEY")
_s3 = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": env.url("S3_ENDPOINT_URL") or None,
    "region_name": env.text("S3_REGION") or None,
    "access_key": env.secret("S3_ACCESS_KEY") or None,
    "secret_key": S3_SECRET or None,
    "custom_domain": env.text("S3_PUBLIC_DOMAIN") or None,  # a CDN in front of the bucket
    "querystring_expire": env.number("S3_URL_EXPIRY_S", 3600, least=60),
    "default_acl": None,
    "file_overwrite": True,  # names are unique by construction; a rename dance would not be atomic
}
if "://" in str(_s3["custom_domain"] or "") or str(_s3["custom_domain"] or "").endswith("/"):
    env.problem("S3_PUBLIC_DOMAIN must be a name such as cdn.example, without scheme and final slash")
_prefix = env.text("S3_PREFIX").strip("/")
S3_PICTURES: dict[str, Any] = {
    "BACKEND": "gallery.s3.S3PictureStorage",
    "OPTIONS": {**_s3, "location": _prefix},
}
S3_SPOOL: dict[str, Any] = {
    "BACKEND": "gallery.s3.S3PictureStorage",
    "OPTIONS": {**_s3, "location": f"{_prefix}/spool".lstrip("/"), "custom_domain": None},
}
STORAGES = {
    "default": S3_PICTURES
    if S3_BUCKET
    else {"BACKEND": "gallery.storage.DurableFileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}},
    "spool": S3_SPOOL
    if S3_BUCKET
    else {"BACKEND": "gallery.storage.DurableFileSystemStorage", "OPTIONS": {"location": SPOOL_DIR}},
    "staticfiles": {"BACKEND": "dndimages.staticfiles.HashedStaticFiles"},
}
BACKUP_S3_BUCKET = env.text("BACKUP_S3_BUCKET")
_backup_prefix = env.text("BACKUP_S3_PREFIX").strip("/")
if BACKUP_S3_BUCKET:
    STORAGES["backups"] = {
        "BACKEND": "gallery.s3.S3PictureStorage",
        "OPTIONS": {
            **_s3,
            "bucket_name": BACKUP_S3_BUCKET,
            "location": _backup_prefix,
            "custom_domain": None,
            "max_memory_size": 8
            * 2**20,  # bytes; the rest of an archive that is read goes to a temporary file
        },
    }
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

# ── Making pictures ──────────────────────────────────────────────────────────────────────────────
GEMINI_API_KEY = env.secret("GEMINI_API_KEY")
GEMINI_BASE_URL = env.url("GEMINI_BASE_URL")  # a proxy, or a test server
GEMINI_IMAGE_MODELS = env.words(
    "GEMINI_IMAGE_MODELS", ["gemini-3.1-flash-lite-image", "gemini-nano-banana-2.1"]
)
GEMINI_IMAGE_SIZE = env.text("GEMINI_IMAGE_SIZE", "1K", choices=("512", "1K", "2K", "4K"))
GENERATION_PROVIDER = env.text("GENERATION_PROVIDER", "auto", choices=("auto", "gemini", "painter"))
MOCK_MODE = env.flag("MOCK_MODE", False)  # true: the painter, whatever keys there are
GENERATION_DEADLINE_S = env.number("GENERATION_DEADLINE_S", 60, least=2, most=600)
GENERATION_SLOTS = env.number("GENERATION_SLOTS", 8, least=1, most=500)  # generations at once in a process
WAITING_REQUESTS = env.number(
    "WAITING_REQUESTS", 96, least=1
)  # requests of a process that wait for a picture
JOB_LEASE_S = env.number("JOB_LEASE_S", 15, least=1, most=600)  # a dead process is taken over after this long
IDEMPOTENCY_HOURS = env.number("IDEMPOTENCY_HOURS", 48, least=24, most=87_600)
DAILY_GENERATION_CAP = env.optional_number("DAILY_GENERATION_CAP")  # paid calls a UTC day; unset: no cap

COUNTERS_FLUSH_S = 0.5  # uses and hits are written this often; tests set 0: at once

# ── Who may do how much ──────────────────────────────────────────────────────────────────────────
PUBLIC_GENERATION = env.flag("PUBLIC_GENERATION", LOCAL_PROFILE)
MAX_REQUESTS_PER_MINUTE = env.number("MAX_REQUESTS_PER_MINUTE", 10)  # images/generate, per client
SCENE_GENERATIONS_PER_MINUTE = env.number("SCENE_GENERATIONS_PER_MINUTE", 5)
SCENE_HITS_PER_MINUTE = env.number("SCENE_HITS_PER_MINUTE", 600)
RATELIMIT_IPV6_MASK = 64

# ── Logs ─────────────────────────────────────────────────────────────────────────────────────────
LOG_LEVEL = env.text("LOG_LEVEL", "INFO", choices=("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.text("LOG_FORMAT", "console", choices=("console", "json"))
ACCESS_LOG = env.flag("ACCESS_LOG", True)
METRICS_PUBLIC = env.flag("METRICS_PUBLIC", LOCAL_PROFILE)  # else it needs a key with `maintain`
SENTRY_DSN = env.secret("SENTRY_DSN")
if SENTRY_DSN and not is_dsn(SENTRY_DSN):
    env.problem("SENTRY_DSN must look like https://key@sentry.example/1")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "console": {"()": "dndimages.logging.ConsoleFormatter"},
        "json": {"()": "dndimages.logging.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Each answer has its line in the access log; errors are logged where they are told.
        "django.request": {"level": "CRITICAL"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "dndimages.access": {"level": "INFO" if ACCESS_LOG else "WARNING"},
        # These would log whole URLs and headers of provider calls.
        "httpx2": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
        "google_genai": {"level": "ERROR"},
        "botocore": {"level": "WARNING"},
    },
}

# ── Django's own furniture ───────────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "maintenance",
    "scenes",
    "gallery",
    "dndimages.access",
    "dndimages",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "dndimages.apps.AdminWithDashboard",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "dndimages.middleware.request_id",
    "dndimages.middleware.one_error_shape",
    "corsheaders.middleware.CorsMiddleware",
    "dndimages.middleware.known_host",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dndimages.middleware.BrowserCSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # The four below do nothing for an API or picture request without a session cookie.
    "dndimages.middleware.BrowserSessionMiddleware",
    "dndimages.middleware.BrowserCsrfMiddleware",
    "dndimages.middleware.BrowserAuthMiddleware",
    "dndimages.middleware.BrowserMessageMiddleware",
]
ROOT_URLCONF = "dndimages.urls"
WSGI_APPLICATION = "dndimages.wsgi.application"
APPEND_SLASH = False
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
            ]
        },
    }
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "dndimages.formats"
LANGUAGE_CODE = "en-us"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # bytes of a request body; more is 413
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["dndimages.api.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["dndimages.api.OrjsonParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "dndimages.api.JsonWhateverIsAsked",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "dndimages.access.authentication.BearerKey",
        "dndimages.access.authentication.StaffSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["dndimages.access.permissions.Closed"],
    "DEFAULT_SCHEMA_CLASS": "dndimages.openapi.Description",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "dndimages.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "D&D Image Generation API",
    "DESCRIPTION": "Pictures for text adventures and D&D games: made once, kept safely, served ever after.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",  # the word after it is the tag
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # they repeat the words
    "SORT_OPERATIONS": False,  # as the code has them: what is used most stands first
    "SORT_OPERATION_PARAMETERS": False,
    "PREPROCESSING_HOOKS": ["dndimages.openapi.canonical_paths_only"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dndimages.openapi.plain_routes",
    ],
}
#: Pictures in a bucket are redirected to: pages must be allowed to follow.
_bucket_origin = (
    f"https://{_s3['custom_domain']}"
    if _s3["custom_domain"]
    else str(_s3["endpoint_url"] or "https://*.amazonaws.com")
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *([_bucket_origin] if S3_BUCKET else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

env.finish()
