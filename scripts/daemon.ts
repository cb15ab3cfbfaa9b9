// npm run -s daemon -- --listen 127.0.0.1:PORT|unix:PATH [--state DIR] [--allow-web] [--relay URL] [--publish [--ip ADDRESS]]
// The engine's API on a socket, for the docker CLI, dockerode, anything. Prints what DOCKER_HOST takes, ends with SIGINT or SIGTERM.

import { isIPv4 } from "node:net";
import { parseArgs } from "node:util";
import { listenOnSocket, parseListenAddress } from "../worker/api/socket-server-node.ts";
import { startNodeSandbox } from "./start-node-sandbox.ts";

const USAGE = `Usage: npm run -s daemon -- --listen 127.0.0.1:PORT|unix:PATH [--state DIR] [--allow-web] [--relay URL] [--publish [--ip ADDRESS]]

  --listen     where the Engine API is served
  --state      a folder that keeps images and containers; without it everything is forgotten
  --allow-web  docker import, docker pull and containers (by http) may fetch from web addresses, also those of your network
  --relay      ws:// or wss:// of a relay that speaks wisp: TCP connections of containers leave there
  --publish    published TCP ports (-p) are opened on this computer too
  --ip         the address they are opened on where -p names none (0.0.0.0)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      listen: { type: "string" },
      state: { type: "string" },
      "allow-web": { type: "boolean" },
      relay: { type: "string" },
      publish: { type: "boolean" },
      ip: { type: "string" },
    },
  });
  const { ip = "0.0.0.0" } = values;
  if (!isIPv4(ip)) throw new Error(`--ip takes an IPv4 address, not "${ip}"`);
  if (values.ip !== undefined && !values.publish) throw new Error("--ip means nothing without --publish");
  if (values.listen === undefined) throw new Error(`--listen is missing\n${USAGE}`);
  const address = parseListenAddress(values.listen);
  const sandbox = await startNodeSandbox({
    state: values.state,
    web: values["allow-web"],
    relay: values.relay,
    publish: values.publish
      ? { address: ip, warn: (text) => process.stderr.write(`daemon: ${text}\n`) }
      : undefined,
    onFailure: ({ message }) => {
      process.stderr.write(`daemon: the machine failed: ${message}\n`);
      process.exit(1);
    },
  });
  const server = await listenOnSocket(address, sandbox.api);
  process.stdout.write(`DOCKER_HOST=${server.url}\n`);
  const stop = async () => {
    await server.close();
    await sandbox.end();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => void stop());
}

main().catch((error: Error) => {
  process.stderr.write(`daemon: ${error.message}\n`);
  process.exit(1);
});
