// The official TypeScript SDK's client, made to follow a script read from standard input; prints what it saw as JSON.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ProgressNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const order = JSON.parse(input);
const seen = { version: "", results: [], asked: [], heard: [] };

const client = new Client(
  { name: "script", version: "1.0.0" },
  { capabilities: { sampling: {}, elicitation: {}, roots: { listChanged: true } } },
);
const without = ({ _meta, ...params }) => params;
client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => {
  seen.asked.push(["sampling/createMessage", without(params)]);
  return { role: "assistant", content: { type: "text", text: order.sampled }, model: "test-model" };
});
client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
  seen.asked.push(["elicitation/create", without(params)]);
  const names = Object.keys(params.requestedSchema?.properties ?? {}).filter((name) => name in order.answers);
  return { action: "accept", content: Object.fromEntries(names.map((name) => [name, order.answers[name]])) };
});
client.setRequestHandler(ListRootsRequestSchema, async () => {
  seen.asked.push(["roots/list", null]);
  return { roots: [{ uri: order.root, name: "area" }] };
});
client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
  seen.heard.push(["notifications/message", without(params)]);
});
client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
  seen.heard.push(["notifications/resources/updated", params.uri]);
});
// The SDK forgets a call's onprogress before it delivers a notification that came in one piece with the result, sidecar
// or not; so all are written down here, and onprogress only makes it send a token.
client.setNotificationHandler(ProgressNotificationSchema, ({ params: { progress, total, message } }) => {
  seen.heard.push(["notifications/progress", [progress, total ?? null, message ?? null]]);
});

const options = { timeout: order.waitMs, onprogress: () => {} };
const steps = {
  "tools/list": (params) => client.listTools(params, options),
  "tools/call": (params) => client.callTool(params, undefined, options),
  "resources/list": (params) => client.listResources(params, options),
  "resources/templates/list": (params) => client.listResourceTemplates(params, options),
  "resources/read": (params) => client.readResource(params, options),
  "resources/subscribe": (params) => client.subscribeResource(params, options),
  "resources/unsubscribe": (params) => client.unsubscribeResource(params, options),
  "prompts/list": (params) => client.listPrompts(params, options),
  "prompts/get": (params) => client.getPrompt(params, options),
  "completion/complete": (params) => client.complete(params, options),
  "logging/setLevel": (params) => client.setLoggingLevel(params.level, options),
  ping: () => client.ping(options),
};

function given(value) {
  if (typeof value === "string") {
    return value.replace(/\{\{([^{}]+)\}\}/g, (_, path) => {
      const [number, ...rest] = path.split(".");
      return String(rest.reduce((at, step) => at[step], seen.results[Number(number)][1]));
    });
  }
  if (Array.isArray(value)) return value.map(given);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, given(item)]));
}

async function heard(part) {
  const until = Date.now() + order.waitMs;
  while (!JSON.stringify([seen.asked, seen.heard]).includes(part)) {
    if (Date.now() > until) throw new Error(`never heard ${part}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const [command, ...args] = order.target;
const transport =
  typeof order.target === "string"
    ? new (order.target.endsWith("/sse") ? SSEClientTransport : StreamableHTTPClientTransport)(new URL(order.target))
    : new StdioClientTransport({ command, args, cwd: order.cwd, env: order.env, stderr: "ignore" });
await client.connect(transport);
seen.version = transport.protocolVersion ?? "";
for (const [method, params] of order.script) {
  if (method === "wait") {
    await heard(params.for);
    continue;
  }
  try {
    seen.results.push([method, await steps[method](given(params))]);
  } catch (error) {
    if (error.code === undefined) throw error;
    seen.results.push([method, { error: { code: error.code, message: error.message, data: error.data ?? null } }]);
  }
}
if (transport.terminateSession) await transport.terminateSession();
await client.close();
process.stdout.write(JSON.stringify(seen));
