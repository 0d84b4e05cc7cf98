"""The outside of the desk: database, broker, studio, alarm clock. Each implements a port of `controller.services`."""
