// The small grammars of single flags: ports, mounts, networks, ulimits, durations, image names, detach keys.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DetachKeyFilter } from "../base/detach-keys.ts";
import { CliError } from "./cli-error.ts";
import { parseDetachKeys } from "./detach-keys.ts";
import { parseGoDuration, parseTimestamp } from "./go-duration.ts";
import { familiarString, parseImageReference, withDefaultTag } from "./image-reference.ts";
import { parseMount, parseVolume } from "./mount-spec.ts";
import { parseNetwork } from "./network-spec.ts";
import { parsePorts } from "./port-spec.ts";
import { parseUlimit } from "./ulimit.ts";

describe("parsePorts()", () => {
  const ports = (...publish: string[]) => Object.fromEntries(parsePorts(publish, []).bindings);

  it("knows every form", () => {
    expect(ports("80")).toEqual({ "80/tcp": [{ HostIp: "", HostPort: "" }] });
    expect(ports("8080:80/udp")).toEqual({ "80/udp": [{ HostIp: "", HostPort: "8080" }] });
    expect(ports("127.0.0.1::80")).toEqual({ "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] });
    expect(ports("[::1]:8080:80")).toEqual({ "80/tcp": [{ HostIp: "::1", HostPort: "8080" }] });
    expect(ports("8000-8001:80-81")).toEqual({
      "80/tcp": [{ HostIp: "", HostPort: "8000" }],
      "81/tcp": [{ HostIp: "", HostPort: "8001" }],
    });
    expect(ports("8000-8010:80")).toEqual({ "80/tcp": [{ HostIp: "", HostPort: "8000-8010" }] });
    expect(ports("published=8080,target=80,protocol=tcp")).toEqual({
      "80/tcp": [{ HostIp: "", HostPort: "8080" }],
    });
    expect(ports("80:80", "81:80")).toEqual({
      "80/tcp": [
        { HostIp: "", HostPort: "80" },
        { HostIp: "", HostPort: "81" },
      ],
    });
  });

  it.each(["", ":80:", "80-70", "1-3:1-2", "80/sctpx", "a:80", "300.1.1.1:80:80", "-1", "80:80:80:80"])(
    "refuses %j",
    (spec) => {
      expect(() => ports(spec)).toThrow();
    },
  );
});

describe("parseMount()", () => {
  it("takes quoted values and switches", () => {
    expect(parseMount('type=bind,"src=/a,b",dst=/c,ro')).toEqual({
      Type: "bind",
      Source: "/a,b",
      Target: "/c",
      ReadOnly: true,
    });
    expect(parseMount("target=/x,readonly=false,volume-opt=a=b,volume-opt=c=d")).toEqual({
      Type: "volume",
      Target: "/x",
      ReadOnly: false,
      VolumeOptions: { DriverConfig: { Options: { a: "b", c: "d" } } },
    });
  });

  it.each([
    "type=tmpfs,target=/x,volume-nocopy",
    "type=bind,target=/x,tmpfs-size=1",
    "target=/x,tmpfs-mode=9",
    "target=/x,ro=maybe",
  ])("refuses %s", (text) => {
    expect(() => parseMount(text)).toThrow();
  });

  it("makes a relative source absolute, and a lone target a volume", () => {
    expect(parseVolume("../x:/b:ro", "/home/me")).toEqual({ bind: "/home/x:/b:ro" });
    expect(parseVolume("name:/b", "/home/me")).toEqual({ bind: "name:/b" });
    expect(parseVolume("/data", "/home/me")).toEqual({ anonymous: "/data" });
  });
});

describe("parseNetwork() and parseUlimit()", () => {
  it("take the short and the long form", () => {
    expect(parseNetwork("web")).toEqual({ name: "web", endpoint: {} });
    expect(parseNetwork("container:abc=d")).toEqual({ name: "container:abc=d", endpoint: {} });
    expect(
      parseNetwork("name=a,alias=x,alias=y,mac-address=02:42:ac:11:00:02,driver-opt=k=v,gw-priority=-1"),
    ).toEqual({
      name: "a",
      endpoint: {
        Aliases: ["x", "y"],
        MacAddress: "02:42:ac:11:00:02",
        DriverOpts: { k: "v" },
        GwPriority: -1,
      },
    });
    expect(() => parseNetwork("alias=x")).toThrow("network name/id is not specified");
    expect(parseUlimit("nofile=-1")).toEqual({ Name: "nofile", Soft: -1, Hard: -1 });
    expect(() => parseUlimit("nofile=1:2:3")).toThrow("too many limit value arguments");
    expect(() => parseUlimit("nope=1")).toThrow("invalid ulimit type: nope");
  });
});

describe("parseGoDuration() and parseTimestamp()", () => {
  it.each([
    ["1h15m30.5s", 4530.5e9],
    ["-1.5h", -5400e9],
    ["100ms", 1e8],
    ["1µs", 1000],
    ["0", 0],
  ])("%s", (text, nanoseconds) => {
    expect(parseGoDuration(text)).toBe(nanoseconds);
  });

  it("are times before now, dates, or what they are", () => {
    const now = Date.parse("2026-01-01T00:10:00Z");
    expect(parseTimestamp("10m", now)).toBe(String(Date.parse("2026-01-01T00:00:00Z") / 1000));
    expect(parseTimestamp("2020-01-01T10:00:00.5+01:00", now)).toBe("1577869200.500000000");
    expect(parseTimestamp("1577836800.25", now)).toBe("1577836800.25");
    expect(() => parseTimestamp("yesterday", now)).toThrow(
      'failed to parse value as time or duration: "yesterday"',
    );
  });
});

describe("parseImageReference()", () => {
  it.each([
    ["busybox", "docker.io/library/busybox", "busybox:latest"],
    ["me/app:1", "docker.io/me/app", "me/app:1"],
    ["docker.io/library/nginx", "docker.io/library/nginx", "nginx:latest"],
    ["localhost/x", "localhost/x", "localhost/x:latest"],
    ["reg.example:5000/a/b:c", "reg.example:5000/a/b", "reg.example:5000/a/b:c"],
    [`a@sha256:${"0".repeat(64)}`, "docker.io/library/a", `a@sha256:${"0".repeat(64)}`],
  ])("%s", (text, repository, shown) => {
    const reference = parseImageReference(text);
    expect(reference.repository).toBe(repository);
    expect(familiarString(withDefaultTag(reference))).toBe(shown);
  });

  it("never fails but with a CliError", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseImageReference(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
        }
      }),
    );
  });
});

describe("DetachKeyFilter", () => {
  const filter = (keys: string, ...chunks: number[][]) => {
    const found = new DetachKeyFilter(parseDetachKeys(keys));
    return chunks.map((chunk) => {
      const { pass, detached } = found.push(Uint8Array.from(chunk));
      return [...pass, ...(detached ? ["detached"] : [])];
    });
  };

  it("finds the keys across chunks and passes everything else on", () => {
    expect(filter("", [1, 16], [17, 2])).toEqual([[1], ["detached"]]);
    expect(filter("", [16, 3], [16], [16, 17])).toEqual([[16, 3], [], [16, "detached"]]);
    expect(filter("ctrl-a,q", [1, 113])).toEqual([["detached"]]);
  });

  it("refuses keys that there are not", () => {
    expect(() => parseDetachKeys("ctrl-1")).toThrow("invalid detach keys (ctrl-1)");
    expect(() => parseDetachKeys("abc")).toThrow(CliError);
  });
});
