// The files of a program of the guest, for the command line that it called.

import type { CallerFiles } from "../cli/session.ts";
import { type Agent, fileStatus } from "../guest/agent.ts";
import { OperationBatch } from "../guest/operations.ts";

export function guestCallerFiles(agent: Agent): CallerFiles {
  return {
    read: async (path) => (await agent.readFile("", path)).content,
    write: (path, content, options = {}) => agent.writeFile("", path, content, options),
    readTree: (path, { followLink }) => agent.tarOut("", followLink ? `${path}/` : path),
    writeTree: (directory, tar) => agent.tarIn("", directory, tar),
    makeDirectory: async (path) => void (await agent.run(new OperationBatch().makeDirectory(path))),
    remove: async (path) => void (await agent.run(new OperationBatch().removeTree(path))),
    async list(path) {
      const [names] = await agent.run(new OperationBatch().list(path));
      return new TextDecoder().decode(names).split("\0").filter(Boolean).sort();
    },
    async stat(path) {
      const [result] = await agent.run(new OperationBatch().stat("", path));
      const status = fileStatus(result!);
      if (!status) return undefined;
      const { kind, sizeBytes } = status;
      return { kind: kind === "file" || kind === "directory" ? kind : "other", sizeBytes };
    },
  };
}
