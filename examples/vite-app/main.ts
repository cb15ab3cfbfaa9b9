// A folder of files, a server in a container that reads them, and its answer in a frame.

import { type FileSystemTree, Sandbox } from "slipway";

const state = document.querySelector<HTMLElement>("#state")!;
const output = document.querySelector<HTMLElement>("#output")!;
const preview = document.querySelector<HTMLIFrameElement>("#preview")!;

const SITE: FileSystemTree = {
  "index.html": { file: { contents: "<h1>Hello from the mounted tree</h1>" } },
  docs: { directory: { "notes.txt": { file: { contents: "kept beside it\n" } } } },
};

async function main(): Promise<void> {
  const sandbox = await Sandbox.boot({
    onProgress: ({ step, loadedBytes, totalBytes }) => {
      state.textContent = `${step} ${Math.round((100 * loadedBytes) / (totalBytes ?? Number.POSITIVE_INFINITY))} %`;
    },
  });
  // To play with, in the console.
  Object.assign(window, { sandbox });
  sandbox.on("server-ready", (port, url) => {
    state.textContent = `Port ${port} is open.`;
    preview.src = url;
    preview.hidden = false;
  });
  sandbox.on("error", ({ message }) => {
    state.textContent = message;
  });

  await sandbox.mount(SITE);
  const server = await sandbox.spawn("docker", [
    ...["run", "--rm", "--publish", "80", "--volume", `${sandbox.workdir}:/usr/share/nginx/html:ro`],
    "nginx",
  ]);
  await server.output.pipeTo(
    new WritableStream({
      write: (text) => output.append(text),
    }),
  );
}

main().catch((error: unknown) => {
  state.textContent = error instanceof Error ? error.message : String(error);
});
