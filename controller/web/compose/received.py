"""A sound file that a browser sent: looked at by its first bytes, and kept under a name until it is a clip."""

from contextlib import closing

from werkzeug.datastructures import FileStorage

from audio.studio.refusal import Refusal
from controller.services import composing
from controller.services.faults import Fault, FaultCode, Invalid
from controller.web.compose.form import chosen_file, is_sound
from controller.web.layout.place import desk


def received(file: FileStorage | None, earlier: str = "") -> str | None:
    """Return the name under which the file is kept, or None when none was chosen; `Invalid` (field `upload`).

    `earlier`: the name of one that was sent before its form, by the recorder (`receiving`); a chosen file replaces it.
    """
    chosen = chosen_file(file)
    if chosen is None:
        return earlier or None
    with closing(chosen):
        if not is_sound(chosen):
            raise Invalid(Fault("upload", FaultCode.VOICE_FAILED, {"error": Refusal.NOT_AUDIO}))
        return composing.keep_upload(desk(), chosen.stream, name=chosen.filename or "").token
