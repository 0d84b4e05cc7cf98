"""When the controller runs on an older copy than the units: what happened, what each side has, and the choice."""
