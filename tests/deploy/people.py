"""People who come to a site on this machine as they would through the proxy."""

import re
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit

from tests.deploy.containers import HOST

PASSWORD = "shifan-2026"
_FORM = "application/x-www-form-urlencoded"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Answer:
    status: int
    path: str
    body: bytes
    seconds: float
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.body.decode()


class Person:
    """A browser with cookies; ``port`` may change between requests, as behind a proxy."""

    def __init__(self, port: int, *, address: str = "10.0.0.1") -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.address = address
        self.took: list[tuple[str, float]] = []

    def sign_in(self, name: str, password: str = PASSWORD) -> Answer:
        return self.submit("/accounts/login/", login=name, password=password)

    def get(self, path: str) -> Answer:
        return self._follow(self._ask("GET", path))

    def post(self, path: str, body: bytes, kind: str = _FORM) -> Answer:
        return self._follow(self._ask("POST", path, body, kind))

    def submit(self, path: str, /, **fields: object) -> Answer:
        """Open a page and send a form of it."""
        page = self.get(path)
        return self.send(path, page, **fields)

    def send(self, path: str, page: Answer, /, **fields: object) -> Answer:
        found = _TOKEN.search(page.text)
        assert found, (page.path, page.status, page.text[:500])
        filled = {"csrfmiddlewaretoken": found[1], **fields}
        return self.post(path, urlencode(filled, doseq=True).encode())

    def _follow(self, answer: Answer) -> Answer:
        seconds = answer.seconds
        for _ in range(5):
            if answer.status not in {301, 302, 303}:
                break
            answer = self._ask("GET", answer.headers["location"])
        answer.seconds = seconds
        return answer

    def _ask(self, method: str, url: str, body: bytes = b"", kind: str = "") -> Answer:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": self.address,
            "Referer": f"https://{HOST}/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if kind:
            headers["Content-Type"] = kind
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.monotonic()
        try:
            connection.request(method, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        seconds = time.monotonic() - began
        self._keep_cookies(answer)
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, path, content, seconds, named)

    def _keep_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0]
            if value in {"", '""'}:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
