"""Spoken passages and uploads become clips: composed, made for horn loudspeakers, loud as stated, and stored."""
