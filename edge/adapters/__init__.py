"""What touches the world: the broker, the disk, the clock, the relay and the sound card, one module each."""
