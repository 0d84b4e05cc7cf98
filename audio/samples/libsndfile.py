"""The few calls of libsndfile that read a clip.

The library comes in the wheel `soundfile`, whose own Python module imports numpy: 18 MB that a unit does not have
to spare (measured). So the wheel is taken for its library, and its C interface (stable since 2002) is called directly.
"""

import ctypes
import ctypes.util
import importlib.util
import os
import platform
from functools import cache
from pathlib import Path

OGG_OPUS = 0x200064
"""SF_FORMAT_OGG | SF_FORMAT_OPUS."""

_FORMAT_MASK = 0x0FFFFFFF
_READ = 0x10
_MACHINES = {"aarch64": "arm64"}


class _Info(ctypes.Structure):
    """SF_INFO."""

    _fields_ = (
        ("frames", ctypes.c_int64),
        ("samplerate", ctypes.c_int),
        ("channels", ctypes.c_int),
        ("format", ctypes.c_int),
        ("sections", ctypes.c_int),
        ("seekable", ctypes.c_int),
    )


class SoundFile:
    """An open sound file; raises OSError when libsndfile cannot read it."""

    def __init__(self, path: Path) -> None:
        info = _Info()
        self._handle: int | None = _library().sf_open(os.fsencode(path), _READ, ctypes.byref(info))
        if not self._handle:
            raise OSError(f"{path}: {_library().sf_strerror(None).decode('utf-8', 'replace')}")
        self.frames = int(info.frames)
        self.rate = int(info.samplerate)
        self.channels = int(info.channels)
        self.format = int(info.format) & _FORMAT_MASK

    def read(self, frames: int) -> bytes:
        """The next frames (fewer at the end) as signed 16-bit samples in the machine's byte order."""
        buffer = ctypes.create_string_buffer(frames * self.channels * 2)
        done = _library().sf_readf_short(self._open(), buffer, frames)
        return buffer.raw[: done * self.channels * 2]

    def seek(self, frame: int) -> None:
        """Go to a frame, exactly; raises OSError when there is none."""
        if _library().sf_seek(self._open(), frame, os.SEEK_SET) != frame:
            raise OSError(f"cannot seek to frame {frame} of {self.frames}")

    def close(self) -> None:
        """Close the file; may be repeated."""
        if self._handle:
            _library().sf_close(self._handle)
            self._handle = None

    def _open(self) -> int:
        if self._handle is None:
            raise OSError("the sound file is closed")
        return self._handle


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(_library_name())
    library.sf_open.restype = ctypes.c_void_p
    library.sf_open.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.POINTER(_Info)]
    library.sf_readf_short.restype = ctypes.c_int64
    library.sf_readf_short.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int64]
    library.sf_seek.restype = ctypes.c_int64
    library.sf_seek.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int]
    library.sf_close.argtypes = [ctypes.c_void_p]
    library.sf_strerror.restype = ctypes.c_char_p
    library.sf_strerror.argtypes = [ctypes.c_void_p]
    return library


def _library_name() -> str:
    """The wheel's library, else the system's (Debian package libsndfile1)."""
    found = importlib.util.find_spec("_soundfile_data")
    machine = platform.machine()
    for folder in found.submodule_search_locations or () if found else ():
        path = Path(folder) / f"libsndfile_{_MACHINES.get(machine, machine)}.so"
        if path.is_file():
            return str(path)
    name = ctypes.util.find_library("sndfile")
    if name is None:
        raise OSError("libsndfile is missing: install the Python package soundfile or the Debian package libsndfile1")
    return name
