"""A load of prepared HTTP requests over keep-alive connections, light enough to share two cores with the server.

Each client is a process with one socket. It sends its own share of the requests one after the other and keeps the
time of each answer; what is measured is the server, not a client library.
"""

import multiprocessing
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import BinaryIO

from portal.bench.frame import Bench, CpuMeter, FiguresMeanNothing, Sample

OK = range(200, 300)

Answers = tuple[list[float], int]  # the waits of one client in seconds, and how many answers were refusals


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one load gave: answers per second, and the middle and the slow end of the waiting times."""

    answered: int
    refused: int
    per_second: float
    p50_ms: float
    p99_ms: float


def sample(bench: Bench, shares: Sequence[Sequence[bytes]], *, sql: int | None = None) -> Sample:
    """Send the shares to the bench's web server. Raises FiguresMeanNothing when one request was refused."""
    port, web = bench.web
    with CpuMeter(web, bench.database) as meter:
        found = run(port, shares)
    if found.refused:
        raise FiguresMeanNothing(f"{found.refused} of {found.answered} requests were refused.")
    return Sample(
        per_second=found.per_second,
        p50_ms=found.p50_ms,
        p99_ms=found.p99_ms,
        sql=sql,
        cpu_us=meter.microseconds_each(found.answered),
    )


def run(port: int, shares: Sequence[Sequence[bytes]]) -> Figures:
    """Send each share of raw requests from a client of its own, all at once, and wait for the last answer."""
    context = multiprocessing.get_context("fork")
    start = context.Barrier(len(shares) + 1)
    results: Queue[Answers] = context.Queue()
    clients = [context.Process(target=_client, args=(port, share, start, results)) for share in shares]
    for client in clients:
        client.start()
    start.wait()
    began = time.perf_counter()
    answers = [results.get() for _ in clients]
    seconds = time.perf_counter() - began
    for client in clients:
        client.join()
    return _figures(answers, seconds)


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One raw HTTP/1.1 request for a keep-alive connection."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _client(port: int, share: Sequence[bytes], start: Barrier, results: "Queue[Answers]") -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream = connection.makefile("rb")
        waits: list[float] = []
        refused = 0
        start.wait()
        for raw in share:
            began = time.perf_counter()
            connection.sendall(raw)
            status = _read_answer(stream)
            waits.append(time.perf_counter() - began)
            refused += status not in OK
        results.put((waits, refused))


def _read_answer(stream: BinaryIO) -> int:
    status = int(stream.readline().split(b" ", 2)[1])
    length = 0
    while (line := stream.readline()) not in {b"\r\n", b""}:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    stream.read(length)
    return status


def _figures(answers: list[Answers], seconds: float) -> Figures:
    waits = sorted(wait for waits, _ in answers for wait in waits)
    return Figures(
        answered=len(waits),
        refused=sum(refused for _, refused in answers),
        per_second=len(waits) / seconds,
        p50_ms=statistics.median(waits) * 1000,
        p99_ms=waits[int(len(waits) * 0.99) - 1] * 1000,
    )
