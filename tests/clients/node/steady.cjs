// Loaded before a peer: it listens on loopback only, and clock and dice stand still so that two runs can be compared.
// It changes nothing of what the peer says on the wire.
"use strict";
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  this.once("listening", () => console.error(`listening on http://127.0.0.1:${this.address().port}/mcp`));
  const done = rest.find((argument) => typeof argument === "function");
  return listen.call(this, { port: Number(port), host: "127.0.0.1" }, done);
};
Math.random = () => 0.5;
for (const method of ["toLocaleTimeString", "toString"]) {
  Date.prototype[method] = () => "12:00:00 PM";
}
