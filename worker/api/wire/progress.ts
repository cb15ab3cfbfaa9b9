// The JSON objects that pull, load, push, import and build stream, one after another, each ended by CR LF.

export interface WireProgress {
  status?: string;
  id?: string;
  progressDetail?: { current?: number; total?: number };
  /** The bar as text, for clients that do not draw their own. */
  progress?: string;
  /** Output of build and load. */
  stream?: string;
  aux?: Record<string, unknown>;
  /** A failure after the headers went out with 200; the last object. */
  errorDetail?: { code?: number; message: string };
  error?: string;
}
