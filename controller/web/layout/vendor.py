"""The addresses of static files: ours by content, the fetched ones by version, so that a browser may keep them."""

import hashlib
import json
import logging
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for

_LOG = logging.getLogger(__name__)
_SHOWN = 12


def asset(name: str) -> str:
    """The address of one of our own static files, which changes with its content."""
    return url_for("static", filename=name, v=_digest(Path(str(current_app.static_folder)) / name))


def vendor(name: str) -> str | None:
    """The address of a fetched file by its logical name; None when `make assets` was never run."""
    file = _names(Path(str(current_app.static_folder)) / "vendor" / "names.json").get(name)
    return url_for("static", filename=f"vendor/{file}") if file else None


@lru_cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_SHOWN]


@lru_cache
def _names(path: Path) -> dict[str, str]:
    if not path.exists():
        _LOG.warning("the browser assets are missing: run make assets; the pages work, without live updates")
        return {}
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names
