"""Sinks for events, one file each. They only ever see ``sidecar.events`` records, which cannot hold a value."""
