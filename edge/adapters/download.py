"""Fetches one clip by HTTP into its part file: resumes where it stopped, and takes never more bytes than were promised.

A clip is named by its hash, so its bytes cannot change between two tries: no validator is needed to resume.
"""

import http.client
import urllib.parse
from collections.abc import Callable
from pathlib import Path

CONNECT_S = 10.0
"""Time-out of every single socket operation, in seconds."""
_CHUNK = 64 * 1024


class FetchFailed(Exception):
    """This try came to nothing; another may help."""


class Interrupted(Exception):
    """Something more urgent came up; what was fetched is kept."""


def fetch(base: str, name: str, size: int, part: Path, give_way: Callable[[], bool]) -> None:
    """Fetch `<base><name>` until `part` holds `size` bytes. Asks between chunks whether to `give_way`.

    Raises:
        FetchFailed: no connection, an answer that is none, or too few or too many bytes.
        Interrupted: `give_way` said so.
        OSError: the part file could not be written.
    """
    held = part.stat().st_size if part.exists() else 0
    if held == size:
        return
    if held > size:
        part.unlink()
        held = 0
    url = urllib.parse.urlsplit(base)
    connection = _connect(url)
    try:
        answer = _request(connection, f"{url.path.rstrip('/')}/{name}", held)
        _write(answer, part, size, held if answer.status == http.HTTPStatus.PARTIAL_CONTENT else 0, give_way)
    finally:
        connection.close()


def _connect(url: urllib.parse.SplitResult) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        return http.client.HTTPSConnection(host, url.port, timeout=CONNECT_S)
    return http.client.HTTPConnection(host, url.port, timeout=CONNECT_S)


def _request(connection: http.client.HTTPConnection, path: str, held: int) -> http.client.HTTPResponse:
    headers = {"Range": f"bytes={held}-"} if held else {}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        raise FetchFailed(f"{type(error).__name__}: {error}") from error
    if answer.status == http.HTTPStatus.PARTIAL_CONTENT:
        if not (answer.getheader("Content-Range") or "").startswith(f"bytes {held}-"):
            raise FetchFailed(f"asked from {held}, got {answer.getheader('Content-Range')}")
    elif answer.status != http.HTTPStatus.OK:
        raise FetchFailed(f"HTTP {answer.status}")
    return answer


def _write(answer: http.client.HTTPResponse, part: Path, size: int, held: int, give_way: Callable[[], bool]) -> None:
    with part.open("ab" if held else "wb") as file:
        while held < size:
            chunk = _read(answer, min(_CHUNK, size - held))
            if not chunk:
                raise FetchFailed(f"the answer ended at {held} of {size} bytes")
            file.write(chunk)
            held += len(chunk)
            if held < size and give_way():
                raise Interrupted
    if _read(answer, 1):
        part.unlink()
        raise FetchFailed(f"more than {size} bytes")


def _read(answer: http.client.HTTPResponse, size: int) -> bytes:
    try:
        return answer.read(size)
    except (OSError, http.client.HTTPException) as error:
        raise FetchFailed(f"{type(error).__name__}: {error}") from error
