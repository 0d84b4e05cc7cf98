"""The `loalang` command and the demonstration: the only room that knows both the desk and a unit."""
