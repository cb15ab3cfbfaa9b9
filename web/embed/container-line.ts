// The command line that an element runs: a container of its image with the page's files in its working folder, or the machine's own shell.

import { shellWord, shellWords } from "../app/shell-words.ts";

export interface ContainerLine {
  /** Undefined: in the machine itself. */
  readonly image: string | undefined;
  /** Words as a shell reads them; "": the image's own, or a login shell. */
  readonly command: string;
  readonly name: string;
  /** A folder of the machine with the page's files, which the container sees as /work. */
  readonly folder?: string | undefined;
  /** Of the container; the machine's is chosen by the engine. */
  readonly port?: number | undefined;
  readonly terminal: boolean;
}

export function containerLine(options: ContainerLine): string {
  const { image, command, name, folder, port, terminal } = options;
  if (image === undefined) {
    const start = folder === undefined ? "" : `cd -- ${shellWord(folder)} && `;
    return `${start}exec ${command === "" ? "bash -l" : command}`;
  }
  const flags = [
    terminal ? "-it" : "-i",
    "--rm",
    ...["--name", name],
    ...(folder === undefined ? [] : ["-v", `${folder}:/work`, "-w", "/work"]),
    ...(port === undefined ? [] : ["-p", String(port)]),
  ];
  return `exec docker run ${shellWords([...flags, image])}${command === "" ? "" : ` ${command}`}`;
}
