import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PreferenceStore, parsePreferences } from "./preferences.ts";

const DEFAULTS = {
  theme: "system",
  fontSize: undefined,
  copyOnSelect: false,
  screenReader: false,
  hintsHidden: false,
  relay: "",
  tipsSeen: false,
  panel: undefined,
  panelWidth: undefined,
};

class MemoryStorage implements Pick<Storage, "getItem" | "setItem"> {
  readonly items = new Map<string, string>();
  getItem = (key: string) => this.items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.items.set(key, value);
}

const memory = () => new MemoryStorage() as unknown as Storage;

describe("parsePreferences()", () => {
  it("takes what it knows and defaults for the rest", () => {
    expect(
      parsePreferences(
        '{"theme":"light","fontSize":99,"copyOnSelect":1,"hintsHidden":true,"panel":"images","panelWidth":5,"other":2}',
      ),
    ).toEqual({
      ...DEFAULTS,
      theme: "light",
      fontSize: 32,
      hintsHidden: true,
      panel: "images",
      panelWidth: 320,
    });
  });

  it("gives valid preferences for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { theme, fontSize } = parsePreferences(text);
        expect(["system", "light", "dark"]).toContain(theme);
        expect(
          fontSize === undefined || (Number.isInteger(fontSize) && fontSize >= 10 && fontSize <= 32),
        ).toBe(true);
      }),
    );
  });
});

describe("PreferenceStore", () => {
  it("remembers", () => {
    const storage = memory();
    new PreferenceStore(() => storage).set({ theme: "dark" });
    expect(new PreferenceStore(() => storage).current).toEqual({ ...DEFAULTS, theme: "dark" });
  });

  it("tells observers at once and at every change", () => {
    const seen: string[] = [];
    const store = new PreferenceStore(memory);
    store.observe(({ theme }) => seen.push(theme));
    store.set({ theme: "light" });
    expect(seen).toEqual(["system", "light"]);
  });

  it("works for as long as it lives where storage is blocked", () => {
    const store = new PreferenceStore(() => {
      throw new Error("The operation is insecure");
    });
    store.set({ fontSize: 20 });
    expect(store.current.fontSize).toBe(20);
  });
});
