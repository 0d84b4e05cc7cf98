"""When should what sound: rules, calendars, the day's timeline and who prevails. Pure: no I/O, no clock, no network.

A unit uses `vocabulary`, `lateness` and `arbitration` alone; the rest needs the controller's calendar packages.
"""
