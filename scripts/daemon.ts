// npm run -s daemon -- --listen 127.0.0.1:PORT|unix:PATH [--state DIR] [--allow-web]
// The engine's API on a socket, for the docker CLI, dockerode, anything. Prints what DOCKER_HOST takes, ends with SIGINT or SIGTERM.

import { parseArgs } from "node:util";
import { listenOnSocket, parseListenAddress } from "../worker/api/socket-server-node.ts";
import { startNodeSandbox } from "./start-node-sandbox.ts";

const USAGE = "Usage: npm run -s daemon -- --listen 127.0.0.1:PORT|unix:PATH [--state DIR] [--allow-web]";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { listen: { type: "string" }, state: { type: "string" }, "allow-web": { type: "boolean" } },
  });
  if (values.listen === undefined) throw new Error(`--listen is missing\n${USAGE}`);
  const address = parseListenAddress(values.listen);
  const sandbox = await startNodeSandbox({
    state: values.state,
    web: values["allow-web"],
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
