"""One file, one recognizer; the file's name is its name in the configuration."""
