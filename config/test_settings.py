"""Tests: a data directory, a database and Redis numbers of their own, and nothing slow for show."""

import os
from pathlib import Path

from config import environment as env

os.environ["DATA_DIR"] = env.text(
    "TEST_DATA_DIR", str(Path(__file__).resolve().parent.parent / "var-test")
)
os.environ["DEVELOPMENT"] = "1"
os.environ.setdefault("DATABASE_STATEMENT_TIMEOUT", "120000")  # rollbacks leave poor statistics

from config.settings import *  # noqa: F403 - settings read the variable above
from config.settings import CACHES, DATA_HOME, DATABASES, EMBEDDED_SERVERS, REDIS_URL, STORAGES

for _server in EMBEDDED_SERVERS:
    _server.durable = False  # this data is thrown away
# A test has one database; the replica is tried with servers of its own (tests/deploy).
DATABASES = {"default": DATABASES["default"]}
DATABASE_ROUTERS: list[str] = []
# Two numbers for each process of a parallel run, beyond those of a running system.
_process = int(env.text("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
REDIS_URL = env.redis_number(REDIS_URL, plus=4 + 2 * _process)
CACHES = {"default": CACHES["default"] | {"LOCATION": env.redis_number(REDIS_URL, plus=1)}}
MEDIA_ROOT = DATA_HOME.path / f"files-{_process}"
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
