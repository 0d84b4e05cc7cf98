"""A real disk of one megabyte, which can be filled and made read-only; skipped where it cannot be mounted."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SIZE = 1024 * 1024


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave not one block."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass

    def make_room(self) -> None:
        (self.folder / "ballast").unlink()

    def read_only(self, *, on: bool) -> None:
        _mount("-o", f"remount,{'ro' if on else 'rw'}", self.folder)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    if os.getuid() != 0:
        pytest.skip("only root may mount a small disk")
    folder.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"a small disk cannot be mounted here: {error.stderr}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _mount(*arguments: object) -> None:
    subprocess.run(["mount", *map(str, arguments)], check=True, capture_output=True, text=True)
