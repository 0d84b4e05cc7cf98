"""What the desk and a unit say to each other: topics, messages, signatures. Pure: bytes in, verdict out."""
