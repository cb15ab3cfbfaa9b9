import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import { RuntimeStartError } from "../container-runtime.ts";
import { AddressPool } from "../networks/address-pool.ts";
import { ipv4Text, macOfIpv4, parseIpv4, parseSubnet } from "../networks/ipv4.ts";
import { PortTable } from "../networks/port-table.ts";
import { parseSecurityOptions } from "../spec/security-options.ts";
import { parseDurationMs, parseTimeMs, rfc3339Nano, rfc3339NanoFixed } from "../time-text.ts";
import { ContainerLog } from "./container-log.ts";
import { parseBind } from "./parse-bind.ts";
import { parsePortKey } from "./publish-ports.ts";
import { parseSignal } from "./signal.ts";
import { startFailure } from "./start-failure.ts";

/** Whatever the text, the parser answers or throws EngineError. */
function neverBreaks(parse: (text: string) => unknown) {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."aA/:.,=-0129+TZ ro") })),
      (text) => {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      },
    ),
    { numRuns: 500 },
  );
}

describe("parseBind()", () => {
  it("tells volumes, paths and anonymous volumes apart", () => {
    expect(parseBind("/a/../b/:/c//d/:ro,z")).toEqual({
      source: "/b",
      target: "/c/d",
      mode: "ro,z",
      writable: false,
      propagation: "",
      noCopy: false,
    });
    expect(parseBind("data:/c")).toMatchObject({ source: "data", target: "/c", writable: true });
    expect(parseBind("/c")).toMatchObject({ source: "", target: "/c" });
  });

  it("refuses in Docker's words", () => {
    expect(() => parseBind("a:b")).toThrow(
      "invalid volume specification: 'a:b': invalid mount path: 'b' mount path must be absolute",
    );
    expect(() => parseBind("/a:/")).toThrow("destination can't be '/'");
    expect(() => parseBind("/a:/..")).toThrow("destination can't be '/'");
    expect(() => parseBind("/a:/b:nonsense")).toThrow("invalid mode: nonsense");
    expect(() => parseBind("/a:/b:ro,rw")).toThrow("invalid mode");
    neverBreaks(parseBind);
  });
});

describe("parseSignal()", () => {
  it("knows names, numbers and real-time signals", () => {
    expect(["TERM", "sigterm", "15", "KILL", "RTMIN", "RTMIN+3", "SIGRTMAX-1"].map(parseSignal)).toEqual([
      15, 15, 15, 9, 34, 37, 63,
    ]);
    expect(() => parseSignal("0")).toThrow("invalid signal: 0");
    expect(() => parseSignal("RTMIN+40")).toThrow("invalid signal");
    neverBreaks(parseSignal);
  });
});

describe("times", () => {
  it("are written as Go writes them", () => {
    expect(rfc3339Nano(0)).toBe("0001-01-01T00:00:00Z");
    expect(rfc3339Nano(1_700_000_000_000)).toBe("2023-11-14T22:13:20Z");
    expect(rfc3339Nano(1_700_000_000_250.5)).toBe("2023-11-14T22:13:20.2505Z");
    expect(rfc3339NanoFixed(1_700_000_000_250.5)).toBe("2023-11-14T22:13:20.250500000Z");
  });

  it("are read as seconds, dates and durations", () => {
    expect(parseTimeMs("1700000000.5", 0)).toBe(1_700_000_000_500);
    expect(parseTimeMs("2023-11-14T22:13:20.250500000Z", 0)).toBe(1_700_000_000_250);
    expect(parseTimeMs("1h30m", 10_000_000)).toBe(10_000_000 - 5_400_000);
    expect(parseTimeMs("", 0)).toBeUndefined();
    expect(parseDurationMs("1.5s100ms")).toBe(1600);
    expect(() => parseTimeMs("yesterday", 0)).toThrow(
      'failed to parse value as time or duration: "yesterday"',
    );
    neverBreaks((text) => parseTimeMs(text, 0));
  });
});

describe("addresses", () => {
  it("are given out lowest first, and again when released", () => {
    const pool = new AddressPool(parseSubnet("10.0.0.0/29"), [parseIpv4("10.0.0.1") ?? 0]);
    const taken = Array.from({ length: 5 }, () => pool.takeLowest());
    expect(taken.map(ipv4Text)).toEqual(["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"]);
    expect(() => pool.takeLowest()).toThrow("no available IPv4 addresses on this network's address pools");
    pool.release(taken[1] ?? 0);
    expect(() => pool.take(taken[0] ?? 0)).toThrow("Address already in use");
    expect(ipv4Text(pool.takeLowest())).toBe("10.0.0.3");
    expect(() => pool.take(parseIpv4("10.0.1.2") ?? 0)).toThrow(
      "no configured subnet contains IP address 10.0.1.2",
    );
    expect(macOfIpv4(parseIpv4("172.17.0.2") ?? 0)).toBe("02:42:ac:11:00:02");
    neverBreaks(parseSubnet);
  });
});

describe("PortTable", () => {
  const target = () => ({ address: "172.17.0.2", port: 80 });
  const on = (hostIp: string, protocol: "tcp" | "udp" = "tcp") => ({ protocol, hostIp, target });

  it("lets addresses share a port, and nobody with 0.0.0.0", async () => {
    const ports = new PortTable();
    await ports.take(on("127.0.0.1"), 80);
    await ports.take(on("127.0.0.2"), 80);
    await ports.take(on("0.0.0.0", "udp"), 80);
    await expect(ports.take(on("0.0.0.0"), 80)).rejects.toThrow(
      "Bind for 0.0.0.0:80 failed: port is already allocated",
    );
    ports.release("tcp", "127.0.0.1", 80);
    ports.release("tcp", "127.0.0.2", 80);
    await ports.take(on("0.0.0.0"), 80);
    await expect(ports.take(on("127.0.0.1"), 80)).rejects.toThrow("port is already allocated");
    expect(await ports.takeAny(on("0.0.0.0"))).toBe(32_768);
    expect(await ports.take(on("0.0.0.0"), 80, 82)).toBe(81);
    neverBreaks(parsePortKey);
  });

  it("passes over ports that other programs of the computer have, and names the one that was asked for", async () => {
    const open = new Set<number>();
    const ports = new PortTable({
      async open({ port }) {
        if (port === 80 || port === 32_768) throw new EngineError("conflict", "address already in use");
        open.add(port);
        return () => open.delete(port);
      },
    });
    await expect(ports.take(on("127.0.0.1"), 80)).rejects.toThrow(
      "failed to bind host port 127.0.0.1:80/tcp: address already in use",
    );
    expect(await ports.take(on("0.0.0.0"), 80, 82)).toBe(81);
    expect(await ports.takeAny(on("0.0.0.0"))).toBe(32_769);
    ports.release("tcp", "0.0.0.0", 81);
    expect([...open]).toEqual([32_769]);
    expect(await ports.take(on("0.0.0.0"), 80, 82)).toBe(81);
  });
});

describe("parseSecurityOptions()", () => {
  it("reads profiles, and refuses what it does not know", () => {
    expect(parseSecurityOptions(["no-new-privileges", "seccomp=unconfined", "label=disable"], [])).toEqual({
      noNewPrivileges: true,
      unconfinedPaths: false,
      seccomp: "unconfined",
    });
    const profile = {
      defaultAction: "SCMP_ACT_ALLOW",
      syscalls: [{ names: ["mkdir"], action: "SCMP_ACT_ERRNO" }],
    };
    expect(parseSecurityOptions([`seccomp=${JSON.stringify(profile)}`], []).seccomp).toMatchObject(profile);
    expect(() => parseSecurityOptions(["nonsense"], [])).toThrow('invalid --security-opt 2: "nonsense"');
    neverBreaks((text) => parseSecurityOptions([`seccomp=${text}`], []));
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          parseSecurityOptions([`seccomp=${text}`], []);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
    );
  });
});

describe("ContainerLog", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const textOf = (log: ContainerLog) => {
    let text = "";
    for (let number = log.first; number < log.end; number++)
      text += new TextDecoder().decode(log.at(number)?.bytes);
    return text;
  };

  it("keeps whole lines of each stream together", () => {
    const log = new ContainerLog();
    log.append("stdout", bytes("one "), 1);
    log.append("stderr", bytes("error\n"), 2);
    log.append("stdout", bytes("line\nnext"), 3);
    expect(textOf(log)).toBe("error\none line\n");
    log.endRun(4);
    expect(textOf(log)).toBe("error\none line\nnext");
  });

  it("drops the oldest beyond its limit, and cuts lines that never end", () => {
    const log = new ContainerLog(100_000);
    for (let line = 0; line < 10_000; line++) log.append("stdout", bytes(`line ${line}\n`), line);
    expect(log.first).toBeGreaterThan(0);
    expect(textOf(log).length).toBeLessThan(100_000);
    expect(textOf(log)).toMatch(/line 9999\n$/);
    const endless = new ContainerLog();
    endless.append("stdout", new Uint8Array(40_000).fill(97), 0);
    expect(endless.end - endless.first).toBe(2);
  });
});

describe("startFailure()", () => {
  const failure = (message: string, kind: "create" | "exec" = "create") =>
    startFailure(new RuntimeStartError(message), ["foo"], kind);

  it("turns crun's words into runc's", () => {
    expect(failure("executable file `foo` not found in $PATH: No such file or directory", "exec")).toEqual({
      exitCode: 127,
      message:
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": executable file not found in $PATH: unknown',
    });
    expect(failure("open executable: Permission denied")).toMatchObject({ exitCode: 126 });
    expect(failure("exec container process `foo`: Exec format error").message).toMatch(
      /exec foo: exec format error: unknown$/,
    );
    expect(failure("something else")).toMatchObject({ exitCode: 128 });
  });
});
