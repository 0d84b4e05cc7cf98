"""The whole system on one machine: a real controller, real unit processes with simulated pins and sound card."""
