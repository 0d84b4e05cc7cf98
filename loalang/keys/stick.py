"""What a unit without a link is given on a USB stick: the names are those that its inbox reads."""

import shutil
from pathlib import Path

from audio.clip import ClipStore
from controller.services.root_recovery import Recovered


def write(folder: Path, found: Recovered, store: ClipStore) -> int:
    """Write delegation, programmes and clips into a folder, and return how many clips are not here any more."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "delegation.loalang").write_bytes(found.signed)
    for unit, data in found.programmes.items():
        (folder / f"programme-{unit}.loalang").write_bytes(data)
    held = [clip for clip in found.clips if store.holds(clip)]
    for clip in held:
        shutil.copyfile(store.path_of(clip), folder / f"{clip}.opus")
    return len(found.clips) - len(held)
