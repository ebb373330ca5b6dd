"""Servers on loopback that behave as real ones do, well or badly."""

import json
import socketserver
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE = 0.4  # the time limit of the channels under test
TOO_LONG = 3 * PATIENCE


@contextmanager
def serving(server):
    """Run a server in a thread and end it."""
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Mailbox(socketserver.ThreadingTCPServer):
    """An SMTP server; ``behaviour`` names the step at which it goes wrong, and how."""

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour=""):
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.behaviour = behaviour
        self.mails = []
        self.commands = []


class _Smtp(socketserver.StreamRequestHandler):
    def handle(self):
        behaviour = self.server.behaviour
        if behaviour == "silent at greeting":
            time.sleep(TOO_LONG)
            return
        self.say("220 mail.example.cn")
        while line := self.rfile.readline().decode().strip():
            self.server.commands.append(line)
            verb = line.split(" ")[0].upper()
            if f"cut at {verb}" == behaviour:
                return
            if f"hang at {verb}" == behaviour:
                time.sleep(TOO_LONG)
                return
            if behaviour.endswith(f" at {verb}") and behaviour[:3].isdigit():
                self.say(f"{behaviour[:3]} no")
            elif verb == "DATA":
                self.say("354 go on")
                if not self.take():
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self):
        """Take a mail; say whether to go on."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        behaviour = self.server.behaviour
        if behaviour.endswith("after the mail") and behaviour[:3].isdigit():
            self.say(f"{behaviour[:3]} not this one")
            return True
        self.server.mails.append(b"".join(lines))
        if behaviour == "cut after the mail":
            return False
        if behaviour == "hang after the mail":
            time.sleep(TOO_LONG)
            return False
        self.say("250 queued as 4711")
        return True

    def say(self, line):
        """Answer."""
        self.wfile.write(f"{line}\r\n".encode())


class Gateway(ThreadingHTTPServer):
    """An HTTP gateway that drops keys it has seen; ``behaviour`` says how it answers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, behaviour="", status=200, body=b'{"code": 0, "msgId": "m-1"}', headers=()):
        super().__init__(("127.0.0.1", 0), _Http)
        self.behaviour, self.status, self.body, self.headers = behaviour, status, body, headers
        self.requests = []
        self.delivered = {}

    @property
    def url(self):
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/send?v=1"


class _Http(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        server.requests.append((self.path, dict(self.headers), body))
        server.delivered.setdefault(self.headers["Idempotency-Key"], json.loads(body))
        if server.behaviour == "cut":
            self.close_connection = True
            return
        if server.behaviour == "hang":
            time.sleep(TOO_LONG)
            return
        self.send_response(server.status)
        for name, value in server.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body[:1] if server.behaviour == "half" else server.body)

    def log_message(self, *_):
        """Stay quiet."""
