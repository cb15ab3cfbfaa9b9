// Login shells on the real machine: the first was started before the snapshot and must not differ from those that start when they are asked for.

import { describe, expect, it } from "vitest";
import { RunningCommand, useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const SIZE = { columns: 43, rows: 17 };
const FACTS = [
  "stty size",
  "echo $LINES $COLUMNS",
  "pwd",
  "env | grep -v '^_=' | sort",
  "set +o | sort",
  "shopt",
  "bind -v",
  "alias",
  "umask",
  'stat -c %o "$(tty)"',
  "ulimit -a",
  "stty -a",
  "trap",
  "jobs",
  "echo $- $SHLVL ${OLDPWD-no} $((SECONDS < 60))",
  "sed -n 's/^Sig\\(Blk\\|Ign\\|Cgt\\):/&/p' /proc/$$/status",
  "readlink /proc/$$/cwd; ls /proc/$$/fd",
];

async function openShell(): Promise<RunningCommand> {
  const shell = new RunningCommand(await machine().sandbox.openShell(SIZE));
  await shell.until(/# $/);
  return shell;
}

async function factsOf(shell: RunningCommand, name: string): Promise<string> {
  await shell.write(`{ ${FACTS.join("; ")}; } > /tmp/${name} 2>&1; echo wr''itten\r`);
  await shell.until(/written/);
  return machine().output(`cat /tmp/${name}`);
}

describe("login shells", () => {
  it("are alike, the one that was held and one that is new, and end with their terminals", async () => {
    await machine().output(
      "echo held_alias=1 > /root/.bash_profile; echo 'echo earlier' > /root/.bash_history",
    );
    const held = await openShell();
    const welcome = await machine().output("cat /etc/motd");
    const lines = welcome.split(/\s+/).filter((word) => /^\w{4,}$/.test(word));
    expect(lines.length).toBeGreaterThan(3);
    for (const word of lines) expect(held.stdout).toContain(word);
    expect((held.stdout.match(/# /g) ?? []).length).toBe(1);
    const fresh = await openShell();
    expect(fresh.stdout).not.toContain(lines[0]);
    const [first, second] = [await factsOf(held, "held"), await factsOf(fresh, "fresh")];
    expect(first).toBe(second);
    expect(first).toContain("17 43\n17 43\n/root\n");
    expect(first).toContain("\n8192\n");
    await held.write("echo $held_alias $$; history | head -1\r");
    await held.until(/1 \d+\r\n +1 +echo earlier/);
    await fresh.write("echo $held_alias $$; history | head -1\r");
    await fresh.until(/1 \d+\r\n +1 +echo earlier/);
    // From the end of a line of 71 cells, back to its start: up one line on a terminal of 43.
    await held.write(`echo ${"x".repeat(50)}\x01`);
    await held.until(/x.*\[A/s);
    const pid = /1 (\d+)\r\n +1 /.exec(held.stdout)![1]!;
    held.close();
    await machine().output(`while kill -0 ${pid} 2>/dev/null; do sleep 0.1; done`);
  });

  it("have terminals that ask for writes of 8 KiB, as those of containers do", async () => {
    const sizes = ["docker run --rm -t busybox stat -c %o /dev/pts/0", "stat -c %o /dev/pts/ptmx"];
    for (const size of sizes) expect((await machine().output(size)).trim()).toBe("8192");
  });

  it("begin each line of a flood at the left, and their prompt, which changes the terminal's modes at once", async () => {
    const shell = await openShell();
    const badEnds: string[] = [];
    for (let flood = 0; flood < 6; flood++) {
      shell.stdout = "\r";
      await shell.write("seq 1 200000; echo flo''od $?\r");
      await shell.until(/flood 0\s.{0,200}# $/s);
      badEnds.push(...(shell.stdout.match(/[^\r]\n/g) ?? []));
    }
    expect(badEnds).toEqual([]);
    shell.close();
  });

  it("start with random numbers of their own", async () => {
    const numbers = new Set<string>();
    for (let count = 0; count < 2; count++) {
      const shell = await openShell();
      await shell.write("echo =$RANDOM.$RANDOM=\r");
      await shell.until(/=\d+\.\d+=/);
      numbers.add(/=(\d+\.\d+)=/.exec(shell.stdout)![1]!);
      shell.close();
    }
    expect(numbers.size).toBe(2);
  });
});
