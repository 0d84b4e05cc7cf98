"""What all screens share: the frame, the style, the way times and faults are said."""
