"""One stream of server-sent events per open page: it says what changed, never what it became."""
