"""Lets `python -m loalang` do what the `loalang` command does."""

import sys

from loalang.command import main

sys.exit(main())
