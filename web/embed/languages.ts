// Languages of code blocks that run without being told how: what ships an interpreter.

export interface Language {
  /** Of a file. */
  readonly ending: string;
  /** Undefined: the machine's own shell, which has docker and the LXC tools. */
  readonly image: string | undefined;
  /** Reads the program from standard input. */
  readonly command: string;
}

const PYTHON: Language = { ending: "py", image: "python", command: "python3 -" };
const SHELL: Language = { ending: "sh", image: undefined, command: "" };

export const LANGUAGES: ReadonlyMap<string, Language> = new Map([
  ["python", PYTHON],
  ["py", PYTHON],
  ["sh", SHELL],
  ["bash", SHELL],
  ["shell", SHELL],
  ["console", SHELL],
  ["shellsession", SHELL],
]);

/** From `class="language-python"` on a code block or around it, as Markdown renderers write it; "" when nothing says. */
export function languageOf(code: Element): string {
  for (let at: Element | null = code; at !== null; at = at.parentElement) {
    const name = /(?:^|\s)(?:language|lang)-([\w+#-]+)/.exec(at.className)?.[1];
    if (name !== undefined) return name.toLowerCase();
    if (at.tagName.startsWith("SLIPWAY-")) return "";
  }
  return "";
}

/** A shell session as it is shown: where lines begin with a prompt, only they are commands. */
export function withoutPrompts(script: string): string {
  const lines = script.split("\n");
  const prompt = /^\s*[$#] (?=\S)/;
  if (!/^\s*\$ /m.test(script)) return script;
  return lines
    .filter((line) => prompt.test(line))
    .map((line) => line.replace(prompt, ""))
    .join("\n");
}
