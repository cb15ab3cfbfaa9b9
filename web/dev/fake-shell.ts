// A toy shell, which says that it is one: enough to see a terminal work without a machine.

import type { TerminalPort } from "../../worker/rpc/terminal-port.ts";

const CHUNK_BYTES = 96 * 1024;

export interface FakeMachine {
  fail(reason: "panic" | "out-of-memory" | "stuck"): void;
}

export class FakeShell {
  readonly #port: TerminalPort;
  readonly #machine: FakeMachine;
  readonly #output: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #line = "";
  #columns: number;
  #rows: number;
  #interrupted = false;
  #busy = false;

  constructor(port: TerminalPort, machine: FakeMachine, size: { columns: number; rows: number }) {
    this.#port = port;
    this.#machine = machine;
    this.#columns = size.columns;
    this.#rows = size.rows;
    this.#output = port.writable.getWriter();
  }

  resize(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
  }

  async run(): Promise<void> {
    await this.#print("This is a stand-in shell: there is no machine behind it. Type help.\r\n");
    await this.#prompt();
    const decoder = new TextDecoder();
    const reader = this.#port.readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const character of decoder.decode(value, { stream: true })) this.#key(character);
    }
  }

  #key(character: string): void {
    if (character === "\x03") {
      this.#interrupted = true;
      if (!this.#busy) void this.#print("^C\r\n").then(() => this.#prompt());
      this.#line = "";
    } else if (this.#busy) {
      return;
    } else if (character === "\r") {
      const line = this.#line;
      this.#line = "";
      this.#busy = true;
      void this.#execute(line).catch(() => {});
    } else if (character === "\x7f") {
      if (this.#line === "") return;
      this.#line = this.#line.slice(0, -1);
      void this.#print("\b \b");
    } else {
      this.#line += character;
      void this.#print(character < " " ? `^${String.fromCharCode(character.charCodeAt(0) + 64)}` : character);
    }
  }

  async #execute(line: string): Promise<void> {
    this.#interrupted = false;
    await this.#print("\r\n");
    const [name = "", ...rest] = line.trim().split(/\s+/);
    if (await this.#command(name, rest)) return;
    if (this.#interrupted) await this.#print("^C\r\n");
    this.#busy = false;
    await this.#prompt();
  }

  /** True when the shell has ended. */
  async #command(name: string, rest: readonly string[]): Promise<boolean> {
    const text = rest.join(" ");
    if (name === "exit") {
      await this.#output.close();
      this.#port.exit(Number(rest[0] ?? 0));
      return true;
    }
    if (name === "seq") await this.#sequence(Number(rest.at(-1)));
    else if (name === "title") await this.#print(`\x1b]0;${text}\x07`);
    else if (name === "bell") setTimeout(() => void this.#print("\x07"), 500);
    else if (name === "size") await this.#print(`${this.#columns} ${this.#rows}\r\n`);
    else if (name === "colors") await this.#print(colorTable());
    else if (name === "die") self.close();
    else if (name === "spin") for (;;);
    else if (name === "panic" || name === "stuck") this.#machine.fail(name);
    else if (name === "oom") this.#machine.fail("out-of-memory");
    else if (name === "help")
      await this.#print("seq N, title T, bell, size, colors, exit N, panic, oom, stuck, die, spin\r\n");
    else if (name !== "") await this.#print(`${text === "" ? name : text}\r\n`);
    return false;
  }

  async #sequence(last: number): Promise<void> {
    let chunk = "";
    for (let number = 1; number <= last && !this.#interrupted; number++) {
      chunk += `${number}\r\n`;
      if (chunk.length < CHUNK_BYTES) continue;
      await this.#print(chunk);
      chunk = "";
      // Messages from the page are tasks: without a pause, Ctrl-C would never be heard.
      await new Promise<void>((resolve) => setTimeout(resolve));
    }
    await this.#print(chunk);
  }

  async #prompt(): Promise<void> {
    await this.#print("\x1b[?2004h\x1b[?2004l\x1b[1;32mfake\x1b[0m:\x1b[1;34m~\x1b[0m$ ");
  }

  async #print(text: string): Promise<void> {
    await this.#output.write(this.#encoder.encode(text));
  }
}

function colorTable(): string {
  const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
  const row = (base: number) => names.map((name, index) => `\x1b[${base + index}m${name.padEnd(8)}`).join("");
  return `${row(30)}\x1b[0m\r\n${row(90)}\x1b[0m\r\nhttps://example.com/a-link javascript:alert(1)\r\n`;
}
