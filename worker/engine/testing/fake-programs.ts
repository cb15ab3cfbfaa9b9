// Programs of the fake runtime: what they do with their arguments, streams and signals.

export interface FakeProgramContext {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: ReadableStream<Uint8Array>;
  readStdin(): Promise<string>;
  write(text: string): Promise<void>;
  writeError(text: string): Promise<void>;
  /** The terminal's, oldest first. */
  readonly sizes: readonly { readonly columns: number; readonly rows: number }[];
  onSignal(listener: (signal: number) => void): void;
  readonly killed: Promise<void>;
}

/** Resolves with the exit code. */
export type FakeProgram = (context: FakeProgramContext) => Promise<number>;

const forever = (killed: Promise<void>) => killed.then(() => 137);

export const FAKE_PROGRAMS: Readonly<Record<string, FakeProgram>> = {
  true: async () => 0,
  false: async () => 1,
  exit: async ({ argv }) => Number(argv[1] ?? 0),
  async echo({ argv, write }) {
    await write(`${argv.slice(1).join(" ")}\n`);
    return 0;
  },
  async env({ environment, write }) {
    for (const [name, value] of Object.entries(environment)) await write(`${name}=${value}\n`);
    return 0;
  },
  async both({ write, writeError }) {
    await write("to stdout\n");
    await writeError("to stderr\n");
    return 3;
  },
  async cat({ readStdin, write }) {
    await write(await readStdin());
    return 0;
  },
  /** Ignores TERM, as PID 1 does. */
  sleep: ({ killed }) => forever(killed),
  /** Ends at TERM with 0. */
  serve: ({ onSignal, write }) =>
    new Promise((resolve) => {
      void write("ready\n");
      onSignal((signal) => {
        void write(`signal ${signal}\n`).then(() => resolve(signal === 15 ? 0 : 128 + signal));
      });
    }),
  /** A line for each size of its terminal, until `q`. */
  async sizes({ stdin, sizes, write }) {
    const reader = stdin.getReader();
    await write("ready\r\n");
    for (;;) {
      const { done, value } = await reader.read();
      if (done || new TextDecoder().decode(value).includes("q")) break;
    }
    for (const { columns, rows } of sizes) await write(`${rows} ${columns}\r\n`);
    return 0;
  },
  async lines({ argv, write }) {
    for (let line = 1; line <= Number(argv[1] ?? 10); line++) await write(`line ${line}\n`);
    return 0;
  },
};
