// dockerode, unchanged, against the engine in this page.

import "./node/process.ts";
import { Buffer } from "buffer/";
import Docker from "dockerode";
import { SandboxClient } from "../../web/app/sandbox-client.ts";
import { createSandboxWorker } from "../../web/app/sandbox-worker.ts";
import { useEndpoint } from "./node/http.ts";

const output = document.querySelector<HTMLElement>("#output")!;
const state = document.querySelector<HTMLElement>("#state")!;
const print = (text: string) => output.append(text);

const client = new SandboxClient({
  createWorker: createSandboxWorker,
  assetsUrl: new URL("assets/", document.baseURI).href,
});
useEndpoint(client.docker);
client.observe(({ phase }) => {
  if (phase === "ready" && output.textContent === "") void main().catch(fail);
  else state.textContent = phase;
});
void client.start();

async function main(): Promise<void> {
  state.textContent = "Talking to the engine …";
  const docker = new Docker({ protocol: "http", host: "http://page", port: 80 });

  const { Version, ApiVersion, KernelVersion } = await docker.version();
  print(`engine ${Version}, API ${ApiVersion}, Linux ${KernelVersion}\n`);

  const pull = await docker.pull("busybox");
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(pull, (error) => (error ? reject(error) : resolve())),
  );
  print("pulled busybox\n");

  // A program that reads what is typed: a connection that the client takes over.
  const container = await docker.createContainer({
    Image: "busybox",
    Cmd: ["sh", "-c", "while read -r line; do echo heard: $line; done"],
    OpenStdin: true,
    StdinOnce: true,
    Tty: false,
  });
  const stream = await container.attach({
    stream: true,
    stdin: true,
    stdout: true,
    stderr: true,
    hijack: true,
  });
  const ended = new Promise<void>((resolve) => stream.on("end", resolve));
  const screen = {
    write(bytes: Uint8Array) {
      print(new TextDecoder().decode(bytes));
      return true;
    },
  };
  docker.modem.demuxStream(stream, screen as never, screen as never);
  await container.start();
  stream.write(Buffer.from("hello from the page\n"));
  stream.end();
  await ended;
  const { StatusCode } = await container.wait();
  print(`exit code ${StatusCode}\n`);
  await container.remove();

  const missing = await docker
    .getContainer("nobody")
    .inspect()
    .catch((error: { statusCode: number; json: { message: string } }) => error);
  if ("statusCode" in missing) print(`${missing.statusCode}: ${missing.json.message}\n`);
  state.textContent = "Done.";
}

function fail(error: unknown): void {
  state.textContent = `Failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
