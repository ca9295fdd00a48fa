"""All configuration, read and checked once. Nobody else reads files or the environment."""
