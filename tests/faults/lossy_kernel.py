"""One story inside a network namespace whose loopback truly loses every tenth segment: the kernel's own TCP.

python -m tests.faults.lossy_kernel <folder>; started by its test under `unshare --net`, as root.
"""

import subprocess
import sys
from pathlib import Path

from tests.edge.desk import sitting
from tests.fakes.clips import tone
from tests.faults.village import in_s, village

LOSE = """
table inet loss {
    chain arriving {
        type filter hook input priority 0;
        meta l4proto tcp numgen random mod 10 0 counter drop;
    }
}
"""
COUNT = 4


def main(folder: Path) -> int:
    """Play some broadcasts over the lossy loopback, judge them, and print how many segments were dropped."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["nft", "-f", "-"], input=LOSE, text=True, check=True)
    clips = [tone(300 + 100 * number, 500 + 100 * number) for number in range(COUNT)]
    with village(folder, keepalive_s=30) as here:
        here.begin(*clips)
        names = [f"news-{number}" for number in range(COUNT)]
        here.desk.programme(*(sitting(name, in_s(0), clip) for name, clip in zip(names, clips, strict=True)))
        here.desk.await_settled(*names)
        here.judge()
        assert [sound.broadcast for sound in here.unit.evidence().sounds] == names
    counted = subprocess.run(["nft", "list", "table", "inet", "loss"], capture_output=True, text=True, check=True)
    sys.stdout.write(counted.stdout.split("packets ")[1].split()[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
