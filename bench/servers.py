"""Which WSGI server should answer the telephone? Real turns of real calls, through each of them, on both databases.

    python bench/servers.py [--seconds 6] [--connections 1,8,64] [--database sqlite|postgresql] [--server waitress]

Every request is a signed webhook of a call that reports a pothole, from ringing to the ticket. Load client and server
share the machine's cores, so that only figures of one run can be compared. Docs: docs/adr/0007-wsgi-server.md.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

ROOT = Path(__file__).resolve().parents[1]
BIN = str(Path(sys.executable).parent)
TOKEN = "bench-token"
PORT = 8391
BASE = f"http://127.0.0.1:{PORT}"
SCRIPT: tuple[dict[str, str], ...] = (
    {},
    {"SpeechResult": "There is a pothole at 12 Main Street.", "Confidence": "0.91"},
    {"Digits": "1"},
    {"Digits": "1"},
    {"Digits": "1"},
    {"SpeechResult": "It is right in front of the school and very deep.", "Confidence": "0.88"},
    {"Digits": "2"},
    {"SpeechResult": "yes"},
)
SERVERS = {
    "gunicorn gthread": (
        "gunicorn ivr.serving:application() --bind 127.0.0.1:{port} --workers {workers} --worker-class gthread"
        " --threads {threads} --log-level error --keep-alive 30 --no-control-socket --preload"
    ),
    # Not among what we lean on: `pip install granian waitress` first.
    "granian": (
        "granian --interface wsgi --factory ivr.serving:application --host 127.0.0.1 --port {port} --workers {workers}"
        " --blocking-threads {threads} --no-ws --http 1 --log-level error"
    ),
    "waitress": "waitress-serve --listen 127.0.0.1:{port} --threads {threads} --call ivr.serving:application",
}


def requests_of_a_call() -> list[bytes]:
    """Every webhook of one call, signed, as bytes on the wire."""
    sid = "CA" + secrets.token_hex(16)
    validator = RequestValidator(TOKEN)
    caller = f"+1617{secrets.randbelow(10**7):07d}"
    usual = {
        "CallSid": sid, "AccountSid": "AC" + "0" * 32, "From": caller, "To": "+15550003110",
        "CallStatus": "in-progress",
        "ApiVersion": "2010-04-01", "Direction": "inbound", "FromCity": "BOSTON", "FromState": "MA", "FromZip": "02108",
        "FromCountry": "US",
    }  # fmt: skip
    wire = []
    for number, heard in enumerate(SCRIPT):
        path = f"/voice/turn/{number}?lang=en" if number else "/voice"
        form = usual | heard
        body = urlencode(form)
        signature = validator.compute_signature(BASE + path, form)
        wire.append(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nX-Twilio-Signature: {signature}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
    return wire


def exchange(connection: socket.socket, request: bytes) -> tuple[int, bytes]:
    """Send one request over a connection that stays open, and read its answer."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            raise ConnectionError("closed")
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536)
    return int(head[9:12]), body


def caller(connections: int, until: float, answers: multiprocessing.Queue[list[float]]) -> None:
    """One process of callers, each with a connection of its own, until the clock says stop."""
    import threading

    took: list[float] = []

    def calls() -> None:
        connection = socket.create_connection(("127.0.0.1", PORT))
        while time.time() < until:
            for request in requests_of_a_call():
                began = time.perf_counter()
                status, body = exchange(connection, request)
                took.append(time.perf_counter() - began)
                assert status == 200, (status, body)
                assert b"<Gather" in body, body

    threads = [threading.Thread(target=calls) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put(took)


@contextmanager
def serving(command: str, database: str, workers: int, threads: int) -> Iterator[subprocess.Popen[bytes]]:
    """Start a server and wait until it is ready."""
    environment = os.environ | {
        "DATABASE_URL": database, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": BASE, "LOG_LEVEL": "ERROR",
        "SECRET_KEY": "bench" * 8, "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    words = command.format(port=PORT, workers=workers, threads=threads).split()
    server = subprocess.Popen([f"{BIN}/{words[0]}", *words[1:]], env=environment, cwd=ROOT)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", PORT), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        time.sleep(4)
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def measure(connections: int, seconds: float) -> tuple[float, float, float]:
    """Turns a second, and the median and 99th percentile in milliseconds."""
    processes = min(2, connections)
    answers: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    began = time.time()
    callers = [
        multiprocessing.Process(target=caller, args=(connections // processes, began + seconds, answers))
        for _ in range(processes)
    ]
    for process in callers:
        process.start()
    took = sorted(second for _ in callers for second in answers.get())
    elapsed = time.time() - began
    for process in callers:
        process.join()
    return len(took) / elapsed, statistics.median(took) * 1000, took[int(len(took) * 0.99)] * 1000


def main() -> None:
    """Print one table."""
    from storage import schema

    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=float, default=6)
    arguments.add_argument("--connections", default="1,8,64")
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments.add_argument("--server", choices=list(SERVERS), action="append")
    arguments.add_argument("--postgresql", default="postgresql+psycopg://root@/d311_servers?host=/var/run/postgresql")
    arguments.add_argument("--workers", type=int, default=0)
    arguments.add_argument("--threads", type=int, default=0)
    wanted = arguments.parse_args()
    print(f"{'server':18} {'database':11} {'conns':>5} {'turns/s':>8} {'p50 ms':>7} {'p99 ms':>7}")
    for database in wanted.database or ["sqlite", "postgresql"]:
        for name in wanted.server or [name for name in SERVERS if shutil.which(SERVERS[name].split()[0], path=BIN)]:
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{folder}/bench.db" if database == "sqlite" else wanted.postgresql
                schema.upgrade(url)
                workers = wanted.workers or (1 if database == "sqlite" else 2)
                threads = wanted.threads or (16 if database == "sqlite" else 8)
                with serving(SERVERS[name], url, workers, threads):
                    for connections in map(int, wanted.connections.split(",")):
                        rate, median, worst = measure(connections, wanted.seconds)
                        print(
                            f"{name:18} {database:11} {connections:5} {rate:8.0f} {median:7.2f} {worst:7.2f}",
                            flush=True,
                        )


if __name__ == "__main__":
    main()
