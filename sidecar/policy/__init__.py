"""What to do with what was found. It knows nothing of how it was found."""
