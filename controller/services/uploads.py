"""Received files that wait in the desk's folder until they are clips, each under a name that nobody can guess."""

import re

from controller.services.desk import Desk

_NAME = re.compile(r"upload-[0-9a-z]{4,40}")


def is_held(desk: Desk, name: str) -> bool:
    """Whether a name is that of a received file which is still there; anything else is never looked for on the disk."""
    return _NAME.fullmatch(name) is not None and (desk.uploads / name).is_file()
