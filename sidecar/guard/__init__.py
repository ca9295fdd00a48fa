"""Decisions about a message before anybody reads it: sizes, rates, callers, roles, arguments, injections, tool definitions.

Pure: it reads no clock but the one it is given, opens nothing and sends nothing. Edges and sessions ask; they act.
"""
