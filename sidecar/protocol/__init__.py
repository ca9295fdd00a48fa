"""Sans-IO: what MCP messages mean, revision by revision. It knows nothing of personal data."""
