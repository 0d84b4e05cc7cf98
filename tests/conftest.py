"""What every test shares: the repository on the import path (`tests.fakes`), and properties without a deadline.

A busy machine must not fail a property: hypothesis judges what is found, not how long a call takes.
"""

import sys
from pathlib import Path

from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent.parent))

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
