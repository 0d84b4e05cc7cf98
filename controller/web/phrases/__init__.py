"""The bank of emergency phrases: what it says in each language, recording it, and which units hold it."""
