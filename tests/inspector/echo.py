"""A stdio MCP server with one tool that says back what it is told; it knows nothing of redaction."""

from mcp.server.mcpserver import MCPServer
from mcp.types import ToolAnnotations

server = MCPServer("echo")


@server.tool(annotations=ToolAnnotations(readOnlyHint=True))
def echo(text: str) -> str:
    return f"{text}, says jane.doe@example.com"


if __name__ == "__main__":
    server.run("stdio")
