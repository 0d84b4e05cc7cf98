"""The desk's rules, pure: what is ready, what was heard, what a programme holds. No database, network or clock."""
