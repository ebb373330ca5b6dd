"""gunicorn in a container; PORT and WEB_CONCURRENCY it reads from the environment itself."""

from config.logs import logging_settings

preload_app = True
worker_class = "gthread"
threads = 8
timeout = 60
# Below the time that the container engine waits before it kills.
graceful_timeout = 25
# A process that grew over weeks makes room for a fresh one; not all of them at once.
max_requests = 20_000
max_requests_jitter = 4_000
# On the disk of a container the heartbeat would wait for other people's writing.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a file without a name
control_socket_disable = True

logconfig_dict = logging_settings(development=False)
logconfig_dict["loggers"] |= {
    "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}
}
