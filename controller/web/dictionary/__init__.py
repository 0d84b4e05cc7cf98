"""The commune's reading dictionary on a page of its own."""
