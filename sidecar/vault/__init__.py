"""Token ↔ value. Pure: no I/O here; vaults that need I/O live in ``sidecar.stores``."""
