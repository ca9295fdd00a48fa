"""Passages → findings → text. It knows nothing of JSON-RPC."""
