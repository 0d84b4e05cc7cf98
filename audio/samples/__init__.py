"""From a stored clip to samples for a sound card: what a unit needs of the audio room, and nothing heavier."""
