"""Ten per cent of all segments lost, by the kernel itself: where it may be told so."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.lossy_kernel import LOSE

PRIVATE = ["unshare", "--net"]


def why_not() -> str | None:
    """The reason why this machine cannot, None when it can."""
    if missing := [program for program in ("unshare", "ip", "nft") if shutil.which(program) is None]:
        return f"missing: {', '.join(missing)} (Debian: util-linux, iproute2, nftables)"
    tried = subprocess.run(
        [*PRIVATE, "nft", "-f", "-"], input=LOSE, capture_output=True, text=True, timeout=30, check=False
    )
    return None if tried.returncode == 0 else f"no private network with nft here: {tried.stderr.strip()[:100]}"


@pytest.mark.skipif(why_not() is not None, reason=why_not() or "")
@pytest.mark.beside(seconds=15)
def test_over_a_loopback_that_loses_every_tenth_segment_all_is_heard_once(folder: Path) -> None:
    told = subprocess.run(
        [*PRIVATE, sys.executable, "-m", "tests.faults.lossy_kernel", folder],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3000:]
    assert int(told.stdout) > 10, "hardly a segment was lost"
