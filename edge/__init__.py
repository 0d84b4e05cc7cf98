"""One loudspeaker unit: it keeps its own timetable, plays what was signed, and says truthfully what was heard."""
