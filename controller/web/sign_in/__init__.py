"""Who is at the desk: the sign-in page, the session, and what happens to words written while a session was lost."""
