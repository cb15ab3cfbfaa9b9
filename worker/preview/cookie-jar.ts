// The cookies of one preview (RFC 6265), kept here because a service worker cannot set any. One host only: Domain does not matter.

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Milliseconds since the epoch; Infinity for the session. */
  readonly expiresAtMs: number;
  readonly httpOnly: boolean;
}

const COOKIE_LIMIT = 200;
const COOKIE_BYTES = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses
const CONTROL = /[\u0000-\u001f\u007f]/;

export class CookieJar {
  /** By path and name, oldest first. */
  readonly #cookies = new Map<string, Cookie>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A Set-Cookie header, or what a script assigned to document.cookie. What is malformed or too large is ignored. */
  set(text: string, target: string, byScript = false): void {
    const cookie = parseSetCookie(text, target, this.#now());
    if (cookie === undefined) return;
    const key = `${cookie.path} ${cookie.name}`;
    const old = this.#cookies.get(key);
    if (byScript && (cookie.httpOnly || old?.httpOnly)) return;
    this.#cookies.delete(key);
    if (cookie.expiresAtMs <= this.#now()) return;
    this.#cookies.set(key, cookie);
    const [oldest] = this.#cookies.keys();
    if (this.#cookies.size > COOKIE_LIMIT && oldest !== undefined) this.#cookies.delete(oldest);
  }

  /** The Cookie header for a request, "" for none; `forScript` leaves out what scripts must not see. */
  header(target: string, forScript = false): string {
    const path = pathOf(target);
    return [...this.#cookies.values()]
      .filter(
        (cookie) =>
          cookie.expiresAtMs > this.#now() && !(forScript && cookie.httpOnly) && matches(path, cookie.path),
      )
      .sort((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => (name === "" ? value : `${name}=${value}`))
      .join("; ");
  }
}

export function parseSetCookie(text: string, target: string, nowMs: number): Cookie | undefined {
  if (text.length > COOKIE_BYTES || CONTROL.test(text)) return undefined;
  const [pair = "", ...attributes] = text.split(";");
  const equals = pair.indexOf("=");
  const name = equals < 0 ? "" : pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (name === "" && value === "") return undefined;
  let path = defaultPath(target);
  let expiresAtMs = Number.POSITIVE_INFINITY;
  let maxAge = false;
  let httpOnly = false;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const given = rest.join("=").trim();
    switch (key.trim().toLowerCase()) {
      case "path":
        path = given.startsWith("/") ? given : defaultPath(target);
        break;
      case "max-age":
        if (!/^-?\d+$/.test(given)) break;
        maxAge = true;
        expiresAtMs = Number(given) <= 0 ? 0 : nowMs + Number(given) * 1000;
        break;
      case "expires": {
        const time = Date.parse(given);
        if (!maxAge && !Number.isNaN(time)) expiresAtMs = time;
        break;
      }
      case "httponly":
        httpOnly = true;
        break;
    }
  }
  return { name, value, path, expiresAtMs, httpOnly };
}

function pathOf(target: string): string {
  return target.split(/[?#]/, 1)[0] ?? "/";
}

/** RFC 6265, section 5.1.4. */
function defaultPath(target: string): string {
  const path = pathOf(target);
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

function matches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  return path.length === cookiePath.length || cookiePath.endsWith("/") || path[cookiePath.length] === "/";
}
