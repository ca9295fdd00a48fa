"""Puts the parts together and runs them: the one place that knows every implementation."""
