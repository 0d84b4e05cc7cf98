import io
from collections.abc import Callable
from pathlib import Path

import pytest

from audio.documents import Bounds, Code, Document, RefusedDocument, taking, text_of
from audio.documents.worker import take

Taken = Callable[..., Document]
Refused = Callable[..., Code]


@pytest.fixture
def parsed() -> Taken:
    """What the worker does, without a process of its own for each case."""

    def parse(data: bytes, **bounds: object) -> Document:
        held = Bounds(**bounds)  # type: ignore[arg-type]
        return taking._checked(take(io.BytesIO(data), held), held)

    return parse


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    """The whole way: a file on the disk, the confined worker, the document."""

    def take_whole(data: bytes, **bounds: object) -> Document:
        path = tmp_path / "notice"
        path.write_bytes(data)
        return text_of(path, bounds=Bounds(**bounds))  # type: ignore[arg-type]

    return take_whole


@pytest.fixture
def refused(taken: Taken) -> Refused:
    def refuse(data: bytes, **bounds: object) -> Code:
        with pytest.raises(RefusedDocument) as caught:
            taken(data, **bounds)
        assert caught.value.detail
        return caught.value.code

    return refuse
