// What the build of the library knows of the files that belong to it.

export interface BuildFacts {
  readonly version: string;
  /** The worker's script, below the folder of Slipway's files; its name carries its content's hash. */
  readonly worker: string;
  /** Where previews live: an origin with `*` for a label, or "". */
  readonly previews: string;
  /** What programs of a machine may reach outside: words for web/app/outside-choice.ts. */
  readonly outside: string;
}

/** Set by the build. */
declare const SLIPWAY_BUILD: BuildFacts;

export const BUILD: BuildFacts = SLIPWAY_BUILD;
