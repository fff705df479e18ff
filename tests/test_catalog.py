"""Named datasets: fetched once, checked, kept; without a network one clear line."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from danetka.data import catalog, read_corpus
from danetka.errors import DanetkaError


def make_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        row = {"question": "Есть ли кот?", "passage": "Кот есть.", "label": True, "idx": 0}
        archive.writestr("data/train.jsonl", json.dumps(row) + "\n")
    return content.getvalue()


class Server(http.server.ThreadingHTTPServer):
    """A server on loopback that counts what it is asked."""

    content = b""
    asked = 0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked += 1
            self.send_response(200)
            self.end_headers()
            self.wfile.write(found.content)

        def log_message(self, *args: object) -> None:
            del args

    found = Server(("127.0.0.1", 0), Handler)
    found.content = make_zip()
    threading.Thread(target=found.serve_forever, daemon=True).start()
    monkeypatch.setenv("DANETKA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    url = f"http://127.0.0.1:{found.server_port}/data.zip"
    entry = catalog.Remote(url, "data.zip", hashlib.sha256(found.content).hexdigest(), "a release")
    monkeypatch.setitem(catalog.DATASETS, "made", entry)
    yield found
    found.shutdown()
    found.server_close()


def test_fetched_once_and_kept(server: Server) -> None:
    for _ in range(2):
        assert read_corpus("made").train[0].question == "Есть ли кот?"
    assert server.asked == 1


def test_a_damaged_copy_is_fetched_anew(server: Server) -> None:
    catalog.locate("made").write_bytes(b"damaged")
    assert len(read_corpus("made").train) == 1
    assert server.asked == 2


def test_another_file_than_expected_is_refused(server: Server, tmp_path: Path) -> None:
    server.content += b" "
    with pytest.raises(DanetkaError, match=r"its sha256 is .* fetch data\.zip by hand"):
        read_corpus("made")
    assert not list((tmp_path / "cache").rglob("*.zip"))


def test_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANETKA_CACHE", str(tmp_path))
    with pytest.raises(DanetkaError) as error:
        read_corpus("danetqa")
    assert "cannot be fetched" in str(error.value)
    assert "pass its path in place of 'danetqa'" in str(error.value)
    assert "\n" not in str(error.value)
