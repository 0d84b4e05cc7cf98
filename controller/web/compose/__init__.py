"""From words to a broadcast, one step a page: write, listen, villages, time, check, send.

Writing is saved as a draft while it goes on. The later steps carry what was chosen in the address, so that the back
button, a lost session and a browser without scripts lose nothing; only the last press changes anything.
"""
