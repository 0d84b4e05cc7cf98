"""What every test shares: the repository on the import path, so that fakes are imported as `tests.fakes`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
