// What the records of pax headers ("x" for the next member, "g" for all that follow) say about a member.
// Keywords: POSIX.1-2017 pax; SCHILY.xattr from star; GNU.sparse from the GNU tar manual.

import { EngineError } from "../base/errors.ts";
import { decodePath } from "./path-bytes.ts";
import { decodeXattrKey, type PaxRecord } from "./pax-records.ts";
import { readPaxSparseNumbers, type SparseRegion } from "./sparse-map.ts";

const xattrPrefix = "SCHILY.xattr.";

export interface PaxSparse {
  /** Undefined for version 1.0, whose map precedes the data. */
  readonly regions: SparseRegion[] | undefined;
  /** Size of the whole file as text. */
  readonly size: string;
}

export class PaxOverrides {
  readonly values = new Map<string, string>();
  readonly xattrs = new Map<string, Uint8Array>();
  /** Bytes that the records take, to bound what global headers pile up. */
  sizeBytes = 0;
  readonly #sparseNumbers: string[] = [];

  /** Adds records; a later one wins, an empty value takes the keyword back. Throws EngineError("corrupt"). */
  add(records: readonly PaxRecord[]): void {
    for (const { key, value } of records) {
      this.sizeBytes += key.length + value.byteLength + 8;
      if (key.startsWith(xattrPrefix)) {
        // A copy, so that a kept value does not keep the whole header.
        this.xattrs.set(decodeXattrKey(key.slice(xattrPrefix.length)), value.slice());
        continue;
      }
      const text = decodePath(value);
      if (text.includes("\0") && (key === "path" || key === "linkpath" || key === "GNU.sparse.name")) {
        throw new EngineError("corrupt", `Invalid pax header: a NUL in ${key}`);
      }
      if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") {
        if ((key === "GNU.sparse.offset") !== (this.#sparseNumbers.length % 2 === 0)) {
          throw new EngineError("corrupt", "Invalid sparse map: an offset without a length");
        }
        this.#sparseNumbers.push(text);
      } else if (text === "") this.values.delete(key);
      else this.values.set(key, text);
    }
  }

  /** These records over the global ones. */
  over(global: PaxOverrides): PaxOverrides {
    if (global.values.size === 0 && global.xattrs.size === 0) return this;
    const merged = new PaxOverrides();
    for (const source of [global, this]) {
      for (const [key, value] of source.values) merged.values.set(key, value);
      for (const [name, value] of source.xattrs) merged.xattrs.set(name, value);
    }
    merged.#sparseNumbers.push(...this.#sparseNumbers);
    return merged;
  }

  /** How the member is sparse, if it is. */
  sparse(): PaxSparse | undefined {
    const { values } = this;
    if (values.get("GNU.sparse.major") === "1" && values.get("GNU.sparse.minor") === "0") {
      return {
        regions: undefined,
        size: values.get("GNU.sparse.realsize") ?? values.get("GNU.sparse.size") ?? "",
      };
    }
    const size = values.get("GNU.sparse.size") ?? values.get("GNU.sparse.realsize");
    const map = values.get("GNU.sparse.map");
    if (size === undefined || (map === undefined && this.#sparseNumbers.length === 0)) return undefined;
    return { regions: readPaxSparseNumbers(map?.split(",") ?? this.#sparseNumbers), size };
  }
}
