import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseImageConfig } from "./image-config.ts";
import { parseManifestOrIndex } from "./image-manifest.ts";
import { selectManifest } from "./platform.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const bytesOf = (value: unknown) =>
  new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const descriptor = (mediaType: string, more: object = {}) => ({
  mediaType,
  digest: DIGEST,
  size: 3,
  ...more,
});
const config = descriptor("application/vnd.oci.image.config.v1+json");
const layer = descriptor("application/vnd.oci.image.layer.v1.tar+gzip");
const parse = (value: unknown) => parseManifestOrIndex(bytesOf(value), "m");

describe("parseManifestOrIndex()", () => {
  it("reads a manifest, with or without its media type", () => {
    const manifest = { schemaVersion: 2, config, layers: [layer] };
    expect(parse(manifest)).toMatchObject({ kind: "manifest", layers: [{ digest: DIGEST, sizeBytes: 3 }] });
    const docker = "application/vnd.docker.distribution.manifest.v2+json";
    expect(parse({ ...manifest, mediaType: docker })).toMatchObject({ kind: "manifest" });
  });

  it("reads an index and chooses linux/386", () => {
    const forPlatform = (architecture: string, digit: string) =>
      descriptor("application/vnd.oci.image.manifest.v1+json", {
        digest: `sha256:${digit.repeat(64)}`,
        platform: { os: "linux", architecture },
      });
    const index = parse({
      schemaVersion: 2,
      manifests: [forPlatform("amd64", "1"), forPlatform("386", "2"), forPlatform("unknown", "3")],
    });
    if (index.kind !== "index") throw new Error("not an index");
    expect(selectManifest(index.manifests).digest).toBe(`sha256:${"2".repeat(64)}`);
    expect(() => selectManifest(index.manifests.slice(0, 1))).toThrow(
      "no matching manifest for linux/386 in the manifest list entries",
    );
  });

  it.each([
    ["version 1", { schemaVersion: 1 }, /format v1 is not supported/],
    ["no version", { config, layers: [] }, /unknown schemaVersion/],
    ["both readings", { schemaVersion: 2, config, layers: [], manifests: [] }, /both manifests and layers/],
    [
      "another media type",
      { schemaVersion: 2, mediaType: "text/html", config, layers: [] },
      /unknown media type/,
    ],
    ["no config", { schemaVersion: 2, layers: [] }, /descriptor: not an object/],
    [
      "a bad digest",
      { schemaVersion: 2, config: { ...config, digest: "sha256:../x" }, layers: [] },
      /unusable digest/,
    ],
    ["a negative size", { schemaVersion: 2, config: { ...config, size: -1 }, layers: [] }, /no size/],
    ["a layer that is none", { schemaVersion: 2, config, layers: [config] }, /unknown layer type/],
    ["too many layers", { schemaVersion: 2, config, layers: Array(126).fill(layer) }, /max depth exceeded/],
    ["not JSON", "{", /invalid manifest m: not JSON/],
    ["deep nesting", `${"[".repeat(200_000)}`, /not JSON/],
  ])("refuses %s", (_what, value, message) => {
    expect(() => parse(value)).toThrow(message);
  });

  it("throws nothing but EngineErrors for any JSON of the right shape", () => {
    const any = fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>(config, layer, [config], [layer], 2));
    fc.assert(
      fc.property(
        fc.record(
          { schemaVersion: fc.constant(2), config: any, layers: any, manifests: any, mediaType: any },
          { requiredKeys: [] },
        ),
        (value) => {
          try {
            parse(value);
          } catch (error) {
            expect(error).toMatchObject({ name: "EngineError" });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("parseImageConfig()", () => {
  it("fills in the defaults", () => {
    const parsed = parseImageConfig(
      bytesOf({
        os: "linux",
        architecture: "386",
        config: null,
        rootfs: { type: "layers", diff_ids: [DIGEST] },
      }),
    );
    expect(parsed).toMatchObject({
      platform: { os: "linux", architecture: "386", variant: "" },
      created: "",
      diffIds: [DIGEST],
      history: [],
      run: { user: "", env: [], cmd: null, entrypoint: null, labels: {}, stopSignal: undefined },
    });
  });

  it("reads what Docker writes", () => {
    const parsed = parseImageConfig(
      bytesOf({
        created: "2026-01-02T03:04:05.123456789Z",
        config: {
          Env: ["A=1"],
          Cmd: ["sh"],
          ExposedPorts: { "80/tcp": {} },
          Volumes: { "/data": {} },
          Labels: { a: "b" },
          Healthcheck: { Test: ["CMD", "x"], Interval: 5e9 },
          OnBuild: null,
        },
        history: [{ created_by: "ADD", empty_layer: true }, {}],
      }),
    );
    expect(parsed.run).toMatchObject({
      exposedPorts: ["80/tcp"],
      volumes: ["/data"],
      healthcheck: { test: ["CMD", "x"], interval: 5e9 },
      onBuild: [],
    });
    expect(parsed.history.map((entry) => entry.emptyLayer)).toEqual([true, false]);
  });

  it("throws nothing but EngineErrors, whatever the fields hold", () => {
    const names = ["created", "config", "rootfs", "history", "os", "author"];
    const inner = ["Env", "Cmd", "Labels", "Volumes", "Healthcheck", "User", "diff_ids", "created_by"];
    const value = fc.dictionary(fc.constantFrom(...inner), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(value, fc.jsonValue())), (object) => {
        try {
          parseImageConfig(bytesOf(object));
        } catch (error) {
          expect(error).toMatchObject({ name: "EngineError" });
        }
      }),
      { numRuns: 500 },
    );
  });
});
