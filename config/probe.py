"""
``python -m config.probe web|beat``: whether this container does its work, for the engine to ask.

Reads no settings: it runs every half minute beside the process that it asks about.
"""

import http.client
import sys
import time
from pathlib import Path

from config import environment as env

#: beat writes its schedule down every three minutes.
BEAT_SILENCE = 15 * 60


def web_is_ready() -> bool:
    """Test if the web process of this machine serves and reaches what it stands on."""
    # Any name that the site answers to; a leading dot stands for every name below.
    host = env.words("ALLOWED_HOSTS", ["localhost"])[0].lstrip(".*") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", env.number("PORT", 8000), timeout=8)
    try:
        connection.request("GET", "/health/ready", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def beat_is_awake(now: float) -> bool:
    """Test if beat has lately written down what it did."""
    # The ending of the file is Python's choice.
    kept = Path(env.text("DATA_DIR", "var")).glob("beat-schedule*")
    return any(now - path.stat().st_mtime < BEAT_SILENCE for path in kept)


def main(arguments: list[str]) -> int:
    if arguments == ["web"]:
        return 0 if web_is_ready() else 1
    if arguments == ["beat"]:
        return 0 if beat_is_awake(time.time()) else 1
    sys.stderr.write("python -m config.probe web|beat\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
