"""The text of a Word or PDF file that an officer hands in, for editing: nothing of the file itself is kept."""

import logging
from threading import Lock
from typing import IO

from audio.child import ChildFailed
from audio.documents import Bounds, Document, RefusedDocument, text_of
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid

log = logging.getLogger(__name__)

NOT_NOW = "not-now"
"""Why nothing was taken when it is not the file's fault; beside the codes of `audio.documents.Code`."""
_BLOCK = 1 << 18
_ONE = Lock()
"""One file at a time: what parses it may take most of a small machine's memory."""


def text_of_document(desk: Desk, stream: IO[bytes]) -> Document:
    """Return what stands in a received file; `Invalid` (document) with the code of why nothing was taken."""
    path = desk.uploads / desk.new_id("upload")
    limit = Bounds().file_bytes
    try:
        with _ONE:
            with path.open("xb") as file:
                while file.tell() <= limit and (block := stream.read(_BLOCK)):
                    file.write(block)
            return text_of(path)
    except RefusedDocument as refused:
        raise Invalid(Fault("document", FaultCode.DOCUMENT_REFUSED, {"reason": refused.code})) from refused
    except ChildFailed as error:
        log.exception("no program could be started to read a document")
        raise Invalid(Fault("document", FaultCode.DOCUMENT_REFUSED, {"reason": NOT_NOW})) from error
    finally:
        path.unlink(missing_ok=True)
