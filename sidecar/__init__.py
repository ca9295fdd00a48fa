"""Takes personal data out of MCP traffic, in both directions, without either side noticing."""

__version__ = "0.1.0"
