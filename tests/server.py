"""A server on this machine, what it sends, and the data set "x" that it serves."""

import hashlib
import io
import random
import re
import sys
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from utils import downloads
from utils.cache import MARK
from utils.downloads import Source, fetch
from utils.files import DataError

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such thing")


OFFLINE = "cannot be reached .*: check the network.*Everything embedded.*works without a network"
BODY = "".join(random.Random(5).choices("abcdefgh \n", k=300_000)).encode()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        self.server.answers[self.path](self)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    """`answers` maps a path to a function of the handler; `released` ends every stall."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests, self.answers = [], {}
        self.reached, self.released = threading.Event(), threading.Event()

    def handle_error(self, request, client_address):
        """A client that has gone, having had enough, is no error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def address(self, path):
        return f"http://127.0.0.1:{self.server_address[1]}{path}"


def send(handler, body, length=None):
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def stall(handler):
    """Send half a file, then nothing."""
    send(handler, BODY[: len(BODY) // 2], len(BODY))
    handler.server.reached.set()
    handler.server.released.wait(20)


def redirect(handler, to):
    handler.send_response(302)
    handler.send_header("Location", to)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def register(address, body=BODY, size=None):
    checksum = f"sha256:{hashlib.sha256(body).hexdigest()}"
    downloads.SOURCES["x"] = Source("test", address, checksum, "here", "CC0", size)


def serve(server, file, body):
    """Serve `body` as the data set "x"."""
    server.answers[f"/{file}"] = lambda handler: send(handler, body)
    register(server.address(f"/{file}"), body, len(body))


def left_over(cache):
    """Return what stands in the folder of fetched data, beside its mark."""
    paths = (path.relative_to(cache) for path in cache.rglob("*"))
    return sorted(str(path) for path in paths if str(path) != MARK)


def refused(cache, message):
    """`fetch` gives one clear sentence or two on one line, and leaves nothing behind."""
    with pytest.raises(DataError, match=message) as caught:
        fetch("x")
    assert left_over(cache) == []
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return str(caught.value)


def locked(archive):
    """Return a zip archive that says of each member that it has a password."""
    heads = rb"(?s)(PK\x03\x04..|PK\x01\x02....)(.)"
    return re.sub(heads, lambda head: head[1] + bytes([head[2][0] | 1]), archive)


def tar_of(files, mode="w:gz"):
    """A tar archive of {name: content}, or of TarInfo objects for what is not a plain file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            if isinstance(content, tarfile.TarInfo):
                content.name = name
                archive.addfile(content)
                continue
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zip_of(files):
    """A zip archive of {name: content}; a ZipInfo as a name keeps its attributes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


FILES = {"set/a.txt": BODY[:5000], "set/deep/b.txt": BODY[5000:9000], "c.txt": b"c"}
