// The official TypeScript SDK's client judges structured results: whether it takes each, as Ajv with formats asserted says.
// Standard input: {tools, results}. Standard output: for each result "" or what the client says against it.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { tools, results } = JSON.parse(input);

// A schema its validator cannot even compile (one that refers to itself and nothing else) would take the whole list with it.
const unusable = new Map();
for (const tool of tools) {
  if (tool.outputSchema === undefined) continue;
  try {
    new AjvJsonSchemaValidator().getValidator(tool.outputSchema);
  } catch (error) {
    unusable.set(tool.name, `Invalid schema for tool: ${error.message}`.slice(0, 300));
    delete tool.outputSchema;
  }
}

const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: "cases", version: "1" },
  }),
  "tools/list": () => ({ tools }),
  "tools/call": ({ name }) => results[Number(name.slice(1))],
};
const [near, far] = InMemoryTransport.createLinkedPair();
far.onmessage = ({ id, method, params }) => {
  if (id !== undefined) far.send({ jsonrpc: "2.0", id, result: answers[method](params ?? {}) });
};
await far.start();
const client = new Client({ name: "judge", version: "1" });
await client.connect(near);
await client.listTools();
const said = [];
for (const { name } of tools) {
  try {
    await client.callTool({ name, arguments: {} });
    said.push(unusable.get(name) ?? "");
  } catch (error) {
    said.push(String(error.message).slice(0, 300));
  }
}
await client.close();
process.stdout.write(JSON.stringify(said));
