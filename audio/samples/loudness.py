"""How loud a block of samples is played, and how loud it is.

The volume of a unit is a figure from 0 to 100 that an officer understands: half the figure sounds half as loud. By
Stevens's law loudness halves with every 10 dB, so the gain is 10 dB x log2(percent / 100): 100 is the clip itself,
50 is -10 dB, 25 is -20 dB, 10 is -33 dB, 0 is silence. It never amplifies: a clip is already as loud as a horn bears.
"""

import math
import warnings
from itertools import pairwise

with warnings.catch_warnings():
    # audioop left the standard library with Python 3.13 (there: the package audioop-lts); 3.11 and 3.12 announce it.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_WIDTH = 2
_FULL_SCALE = 32_768


def decibels(percent: int) -> float:
    """The gain in dB of a volume of 0 to 100; raises ValueError outside."""
    if not 0 <= percent <= 100:
        raise ValueError(f"a volume is 0 to 100, not {percent}")
    return 10 * math.log2(percent / 100) if percent else -math.inf


def gain(block: bytes, percent: int) -> bytes:
    """The block at a volume of 0 to 100."""
    factor = 10 ** (decibels(percent) / 20)
    return block if percent == 100 else bytes(audioop.mul(block, _WIDTH, factor))


def fade_out(block: bytes) -> bytes:
    """The block falling to silence in 16 steps, so that an interruption does not click in a horn."""
    count = len(block) // _WIDTH
    edges = [step * count // 16 * _WIDTH for step in range(17)]
    pieces = (block[start:end] for start, end in pairwise(edges))
    return b"".join(audioop.mul(piece, _WIDTH, 1 - (step + 1) / 16) for step, piece in enumerate(pieces))


def level_dbfs(block: bytes) -> float:
    """Root mean square below full scale, the evidence that sound and not silence was played; -inf for silence."""
    rms = audioop.rms(block, _WIDTH)
    return 20 * math.log10(rms / _FULL_SCALE) if rms else -math.inf
