"""What a child process may still do when its program begins: the kernel holds it, not the program's good will.

Standard library only, and little of it: `launch` runs in every child before its program, at 15 ms each.
"""
