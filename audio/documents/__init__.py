"""The text of a Word, OpenDocument, PDF or plain file, taken for an officer to edit; strangers' files like any upload.

What parses them runs in a confined process that can open nothing (`worker`); here only its answer is looked at.
"""

from audio.documents.document import Bounds, Code, Document, DocumentKind, RefusedDocument
from audio.documents.taking import text_of

__all__ = ["Bounds", "Code", "Document", "DocumentKind", "RefusedDocument", "text_of"]
