"""What became of broadcasts: one broadcast with every unit's evidence, the log, and the plans that repeat."""
