"""A gateway of our own, for sending through it."""
