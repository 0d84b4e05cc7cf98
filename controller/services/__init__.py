"""One use case a module: functions that take the `Desk` first and raise `Invalid` with codes, never sentences."""
