// The kernel's console on the serial port: the last lines for the error view, and the two deaths that it tells of.

import { Emitter } from "../base/emitter.ts";
import type { V86Machine } from "./v86.ts";

const KEPT_CHARACTERS = 16_384;

export type ConsoleAlarm = { readonly kind: "panic" | "out-of-memory"; readonly line: string };

export class ConsoleLog {
  readonly alarms = new Emitter<ConsoleAlarm>();
  readonly lines = new Emitter<string>();
  #text = "";
  #line = "";

  constructor(machine: V86Machine) {
    machine.add_listener("serial0-output-byte", (byte: number) => this.#add(byte));
  }

  /** The last lines. */
  get tail(): string {
    return this.#text + this.#line;
  }

  #add(byte: number): void {
    if (byte === 13) return;
    if (byte !== 10) {
      this.#line += String.fromCharCode(byte);
      return;
    }
    const line = this.#line;
    this.#line = "";
    this.#text = `${this.#text}${line}\n`.slice(-KEPT_CHARACTERS);
    this.lines.emit(line);
    if (line.includes("Kernel panic")) this.alarms.emit({ kind: "panic", line });
    else if (/Out of memory: Killed process \d+ \((agent|init)\)/.test(line)) {
      this.alarms.emit({ kind: "out-of-memory", line });
    }
  }
}
