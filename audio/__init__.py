"""Text to spoken form to clip, upload to clip, and clip to samples. A unit imports `audio.samples` only."""
