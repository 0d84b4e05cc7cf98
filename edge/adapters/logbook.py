"""One line for each event, to standard error: UTC time, level, what happened, then key=value."""

import json
import logging
import sys
from datetime import UTC, datetime


def facts(**given: object) -> dict[str, object]:
    """What a line says beyond what happened, for the `extra` of a logging call: any name may be used."""
    return {"facts": given}


class KeyValueFormatter(logging.Formatter):
    """`2026-11-22T05:30:00.123Z INFO receipt-started number=3 broadcast=b-1`. Text with blanks is quoted as JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; an exception's traceback follows it."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        told = [f"{name}={_text(value)}" for name, value in getattr(record, "facts", {}).items()]
        line = " ".join([at, record.levelname, record.getMessage(), *told])
        return line if record.exc_info is None else f"{line}\n{self.formatException(record.exc_info)}"


def _text(value: object) -> str:
    text = str(value)
    plain = text and text.isprintable() and not any(mark in text for mark in ' "=')
    return text if plain else json.dumps(text, ensure_ascii=False)


def begin() -> None:
    """Send every log line of the process to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValueFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
