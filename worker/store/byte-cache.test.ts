import { expect, it } from "vitest";
import { ByteCache } from "./byte-cache.ts";

it("ByteCache drops what was used longest ago, and counts what it holds", () => {
  const cache = new ByteCache(100);
  cache.put("a", new Uint8Array(40));
  cache.put("b", new Uint8Array(40));
  cache.get("a");
  cache.put("c", new Uint8Array(40));
  expect(["a", "b", "c"].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
  cache.put("a", new Uint8Array(10));
  expect(cache.usedBytes).toBe(50);
  cache.put("huge", new Uint8Array(101));
  expect(cache.get("huge")).toBeUndefined();
  expect(cache.usedBytes).toBe(50);
  cache.delete("a");
  cache.delete("a");
  expect(cache.usedBytes).toBe(40);
});
