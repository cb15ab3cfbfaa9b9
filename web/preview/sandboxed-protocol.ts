// What the parts of a preview without a host say to each other: the page of the server in the innermost frame, the frame of ours around it
// that fetches for it, and the application; a page of the application's origin between the last two passes on what they say. No origin of the
// two inner frames can be named here: they are sandboxed, their origins are opaque.

/** A file of ours, next to the application's page. */
export const SANDBOXED_HOST_FILE = "slipway-preview-sandboxed.html";

/** What addresses of a page are relative to: a host that is nobody's (RFC 6761), so that what is not led here reaches nothing. */
export function sandboxedOrigin(port: number | string): string {
  return `https://p${port}.invalid`;
}

/** The server's page to the frame of ours. */
export type FromPage =
  | {
      readonly slipway: "open";
      readonly url: string;
      readonly method: string;
      /** Of a form, in the encoding that `type` names. */
      readonly body?: Blob;
    }
  /** Answer, over the port: FetchAnswer. */
  | {
      readonly slipway: "fetch";
      readonly url: string;
      readonly method: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly body?: Blob;
    };

export type FetchAnswer =
  | {
      readonly status: number;
      readonly reason: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly body: Blob;
    }
  | { readonly failure: string };
