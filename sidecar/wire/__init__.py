"""Sans-IO: bytes ↔ JSON-RPC messages. It knows nothing of MCP and nothing of personal data."""
