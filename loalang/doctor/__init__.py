"""`loalang doctor`: looks at one machine, says what is well and what is not, and names the next action."""

from loalang.doctor.visit import main

__all__ = ["main"]
