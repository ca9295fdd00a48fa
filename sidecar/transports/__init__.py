"""The edges: bytes in, bytes out. They never look into a message."""
