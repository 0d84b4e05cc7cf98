"""Text in its spoken form becomes sound: one port, several engines, and an order in which they are tried."""
