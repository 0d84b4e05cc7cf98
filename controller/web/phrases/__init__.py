"""The bank of emergency phrases: what it says, and which units hold it."""
