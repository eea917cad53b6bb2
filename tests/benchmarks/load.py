"""A small client: asks for one page over kept connections for a while, and counts the answers."""

import http.client
import threading
import time

CONNECTIONS = 4


def requests_per_second(port: int, path: str, seconds: float) -> float:
    """How many answers of status 200 came in a second, over four connections; raises on any other answer."""
    counts: list[int] = []
    failures: list[str] = []
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=_ask, args=(port, path, until, counts, failures)) for _ in range(CONNECTIONS)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return sum(counts) / (time.monotonic() - started)


def _ask(port: int, path: str, until: float, counts: list[int], failures: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    answers = 0
    try:
        while time.monotonic() < until and not failures:
            connection.request("GET", path, headers={"Host": "127.0.0.1"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                failures.append(f"{path} answered {answer.status}")
            answers += 1
    finally:
        connection.close()
    counts.append(answers)
