"""A loopback Salesforce Marketing Cloud with invented people in it: enough of the API for the server's core tools.

It is not a copy of any tenant, and it proves nothing about behaviour that is not documented or recorded.
"""

from .app import Emulator, run

__all__ = ["Emulator", "run"]
