"""Vaults that need I/O. What they keep is encrypted before it leaves the process."""
