"""The state machine: messages in → actions out. No I/O, no clock of its own, no threads."""
