"""The officer's pages, and the addresses for programs: one folder a screen, all on `controller.services`."""
