"""The first page: what sounds, what will sound, how every unit is, and what needs a person."""
