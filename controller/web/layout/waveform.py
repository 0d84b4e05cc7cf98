"""The outline of a sound as a drawing, made here so that it is there without any script."""

from collections.abc import Sequence

HEIGHT = 100
"""Units of the drawing from full scale above to full scale below; as wide as there are peaks."""
_LEAST = 1
"""Half of the line that silence is."""


def outline(peaks: Sequence[float]) -> str:
    """The path (SVG) around the outline of a sound: one unit a peak, the same above and below the middle."""
    middle = HEIGHT // 2
    reach = [max(_LEAST, round(middle * min(1.0, max(0.0, peak)))) for peak in peaks]
    if not reach:
        return ""
    above = "".join(f"V{middle - high}h1" for high in reach)
    below = "".join(f"V{middle + high}h-1" for high in reversed(reach))
    return f"M0 {middle}{above}{below}z"
