// Finds the route of a path. `{id}` is one part of it; `{name...}` takes slashes too, as image names have them.

import type { Handler } from "./api-call.ts";

/** `answer` is for the documentation: what is done, or with `no: ` in front why it is not. */
export type Route = readonly [method: string, pattern: string, handler: Handler, answer: string];

interface CompiledRoute {
  readonly method: string;
  readonly expression: RegExp;
  readonly names: readonly string[];
  readonly handler: Handler;
}

export interface RouteMatch {
  readonly handler: Handler;
  readonly parameters: Readonly<Record<string, string>>;
}

export class RouteTable {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(compile);
  }

  /** The first that fits. HEAD takes GET's routes. Undefined: no such page. */
  match(method: string, path: string): RouteMatch | undefined {
    const wanted = method === "HEAD" ? "GET" : method;
    for (const route of this.#routes) {
      if (route.method !== wanted && route.method !== method) continue;
      const match = route.expression.exec(path);
      if (!match) continue;
      const parameters: Record<string, string> = {};
      for (const [at, name] of route.names.entries()) parameters[name] = decode(match[at + 1] ?? "");
      return { handler: route.handler, parameters };
    }
    return undefined;
  }
}

function compile([method, pattern, handler]: Route): CompiledRoute {
  const names: string[] = [];
  const source = pattern.replaceAll(".", "\\.").replaceAll(/\{(\w+)((?:\\\.){3})?\}/g, (_, name, many) => {
    names.push(name);
    return many ? "(.+)" : "([^/]+)";
  });
  return { method, expression: new RegExp(`^${source}$`), names, handler };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
