// `--mount type=bind,source=/a,target=/b,readonly` and `-v [SOURCE:]TARGET[:OPTIONS]`.

import type { WireMount } from "../api/wire/container-config.ts";
import { parseSize } from "./flag-value.ts";
import { splitCommas } from "./flags.ts";
import { resolvePath } from "./resolve-path.ts";

type FieldSetter = (mount: WireMount, value: string, field: string) => void;

const bind = (mount: WireMount) => (mount.BindOptions ??= {});
const volume = (mount: WireMount) => (mount.VolumeOptions ??= {});
const tmpfs = (mount: WireMount) => (mount.TmpfsOptions ??= {});

const setSource: FieldSetter = (mount, value) => {
  mount.Source = value;
};
const setTarget: FieldSetter = (mount, value) => {
  mount.Target = value;
};
const setReadOnly: FieldSetter = (mount, value) => {
  mount.ReadOnly = parseSwitch("readonly", value);
};

const FIELDS: Readonly<Record<string, FieldSetter>> = {
  type: (mount, value) => {
    mount.Type = value.toLowerCase() as NonNullable<WireMount["Type"]>;
  },
  source: setSource,
  src: setSource,
  target: setTarget,
  dst: setTarget,
  destination: setTarget,
  readonly: setReadOnly,
  ro: setReadOnly,
  consistency: (mount, value) => {
    mount.Consistency = value.toLowerCase();
  },
  "bind-propagation": (mount, value) => {
    bind(mount).Propagation = value.toLowerCase();
  },
  "bind-recursive": (mount, value) => {
    if (value === "enabled" || value === "writable") bind(mount).ReadOnlyNonRecursive = value === "writable";
    else if (value === "readonly") bind(mount).ReadOnlyForceRecursive = true;
    else if (value === "disabled") bind(mount).NonRecursive = true;
    else
      throw new Error(
        `invalid value for bind-recursive: ${value} (must be "enabled", "disabled", "writable", or "readonly")`,
      );
  },
  "bind-nonrecursive": (mount, value) => {
    bind(mount).NonRecursive = parseSwitch("bind-nonrecursive", value);
  },
  "volume-subpath": (mount, value) => {
    volume(mount).Subpath = value;
  },
  "volume-nocopy": (mount, value) => {
    volume(mount).NoCopy = parseSwitch("volume-nocopy", value);
  },
  "volume-label": (mount, value) => {
    const options = volume(mount);
    options.Labels = { ...options.Labels, ...splitPair(value) };
  },
  "volume-driver": (mount, value) => {
    const options = volume(mount);
    options.DriverConfig = { ...options.DriverConfig, Name: value };
  },
  "volume-opt": (mount, value) => {
    const options = volume(mount);
    const known = options.DriverConfig?.Options;
    options.DriverConfig = { ...options.DriverConfig, Options: { ...known, ...splitPair(value) } };
  },
  "tmpfs-size": (mount, value) => {
    try {
      tmpfs(mount).SizeBytes = parseSize(value);
    } catch {
      throw new Error(`invalid value for tmpfs-size: ${value}`);
    }
  },
  "tmpfs-mode": (mount, value) => {
    if (!/^[0-7]{1,5}$/.test(value)) throw new Error(`invalid value for tmpfs-mode: ${value}`);
    tmpfs(mount).Mode = Number.parseInt(value, 8);
  },
};

const SWITCHES: ReadonlySet<string> = new Set(["readonly", "ro", "volume-nocopy", "bind-nonrecursive"]);

/** Throws an Error with Docker's reason. */
export function parseMount(text: string): WireMount {
  const mount: WireMount = { Type: "volume" };
  for (const field of splitCommas(text.trim())) {
    const equals = field.indexOf("=");
    const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase().trim();
    if (equals < 0 && !SWITCHES.has(key))
      throw new Error(`invalid field '${field}' must be a key=value pair`);
    const set = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
    if (set === undefined) throw new Error(`unexpected key '${key}' in '${field}'`);
    set(mount, equals < 0 ? "true" : field.slice(equals + 1).trim(), field);
  }
  if (!mount.Target) throw new Error("target is required");
  if (mount.VolumeOptions !== undefined && mount.Type !== "volume")
    throw new Error(`cannot mix 'volume-*' options with mount type '${mount.Type}'`);
  if (mount.BindOptions !== undefined && mount.Type !== "bind")
    throw new Error(`cannot mix 'bind-*' options with mount type '${mount.Type}'`);
  if (mount.TmpfsOptions !== undefined && mount.Type !== "tmpfs")
    throw new Error(`cannot mix 'tmpfs-*' options with mount type '${mount.Type}'`);
  return mount;
}

/** A mount whose source is a relative path of the caller becomes absolute. */
export function resolveMountSource(mount: WireMount, workingDirectory: string): WireMount {
  const relative = mount.Type === "bind" && mount.Source !== undefined && mount.Source.startsWith(".");
  return relative ? { ...mount, Source: resolvePath(workingDirectory, mount.Source!) } : mount;
}

/** `{anonymous: "/data"}` for a target alone, else what HostConfig.Binds takes. */
export function parseVolume(
  text: string,
  workingDirectory: string,
): { readonly anonymous: string } | { readonly bind: string } {
  const colon = text.indexOf(":");
  if (colon < 0) return { anonymous: text };
  const source = text.slice(0, colon);
  return {
    bind: (source.startsWith(".") ? resolvePath(workingDirectory, source) : source) + text.slice(colon),
  };
}

function parseSwitch(key: string, value: string): boolean {
  if (/^(1|true)$/i.test(value)) return true;
  if (/^(0|false)$/i.test(value)) return false;
  throw new Error(`invalid value for ${key}: ${value}`);
}

function splitPair(text: string): Record<string, string> {
  const equals = text.indexOf("=");
  return equals < 0 ? { [text]: "" } : { [text.slice(0, equals)]: text.slice(equals + 1) };
}
