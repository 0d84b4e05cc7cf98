"""The desk of the commune: plans, speaks, sends, and says truthfully what was heard."""
