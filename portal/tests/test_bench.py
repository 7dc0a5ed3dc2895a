"""What a bench reports, and that its load counts every answer of a server, the refusals too."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from portal.bench import load
from portal.bench.report import Figure, as_table, middle, write

FIGURES = [
    Figure(name="noop_view", clients=4, per_second=1234.5, ratio=0.4567, p50_ms=0.81, sql=0),
    Figure(name="lightning_refund", clients=4, per_second=99.44, ratio=0.05, p50_ms=12.34, sql=18),
]


def test_the_table_has_a_line_for_each_figure_and_a_dash_for_what_does_not_apply():
    heading, noop, refund = as_table(FIGURES).splitlines()
    assert heading.split() == [
        *("name", "clients", "size", "per_second", "yardstick_per_second", "ratio", "p50_ms", "p99_ms"),
        *("sql", "cpu_us"),
    ]
    assert noop.split() == ["noop_view", "4", "-", "1234", "-", "0.457", "0.81", "-", "0", "-"]
    assert refund.split() == ["lightning_refund", "4", "-", "99.4", "-", "0.05", "12.3", "-", "18", "-"]
    assert len(heading) == len(noop) == len(refund)


def test_programs_read_the_same_figures_as_json(tmp_path):
    path = tmp_path / "bench" / "latest.json"
    write(FIGURES, path)
    first, second = json.loads(path.read_text())
    assert (first["name"], first["sql"], first["size"]) == ("noop_view", 0, None)
    assert second["ratio"] == 0.05


def test_the_middle_of_the_rounds_ignores_one_that_was_disturbed():
    assert middle([10, 11, 900]) == 11


class Asked(ThreadingHTTPServer):
    """Remembers what it was asked."""

    asked: list[str]


class Answering(BaseHTTPRequestHandler):
    """Says yes to a GET and no to a POST, and keeps the connection."""

    protocol_version = "HTTP/1.1"
    server: Asked

    def do_GET(self):
        self.answer(200)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(409)

    def answer(self, status):
        self.server.asked.append(f"{self.command} {self.path}")
        self.send_response(status)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with Asked(("127.0.0.1", 0), Answering) as server:
        server.asked = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_each_client_sends_its_share_and_every_answer_is_counted(server):
    shares = [[load.request("GET", "/a", {})] * 3, [load.request("GET", "/b", {})] * 2]
    found = load.run(server.server_port, shares)
    assert sorted(server.asked) == ["GET /a"] * 3 + ["GET /b"] * 2
    assert (found.answered, found.refused) == (5, 0)
    assert found.per_second > 0
    assert 0 < found.p50_ms <= found.p99_ms


def test_an_answer_that_is_no_success_is_a_refusal(server):
    mixed = [load.request("GET", "/", {}), load.request("POST", "/", {}, b'{"line": 1}')]
    found = load.run(server.server_port, [mixed])
    assert (found.answered, found.refused) == (2, 1)
    assert server.asked == ["GET /", "POST /"]
