// docs/docker-api.md, printed from the route table: what is there, what answers that it is not, and why.

import { API_VERSION, ENGINE_VERSION, MIN_API_VERSION } from "../worker/api/api-version.ts";
import type { Route } from "../worker/api/route-table.ts";

const GROUPS: readonly (readonly [title: string, paths: RegExp])[] = [
  ["System", /^\/(_ping|version|info|events|system|auth)\b/],
  ["Containers", /^\/(containers|commit)\b/],
  ["Exec", /^\/exec\b/],
  ["Images", /^\/(images|distribution)\b/],
  ["Networks", /^\/networks\b/],
  ["Volumes", /^\/volumes\b/],
  ["Build", /^\/(build|session|grpc)\b/],
  ["Plugins", /^\/plugins\b/],
  ["Swarm", /^\/(swarm|nodes|services|secrets|configs|tasks)\b/],
];
const NO = "no: ";

/** Throws RangeError for a route that belongs to no group. */
export function apiDocument(routes: readonly Route[]): string {
  const lines = [
    "# The Docker Engine API",
    "",
    "Printed from [routes.ts](../worker/api/routes.ts) by `npm run docs`; do not edit.",
    "",
    `The engine speaks versions 1.${MIN_API_VERSION} to 1.${API_VERSION} (and a path without a version) and follows Docker ${ENGINE_VERSION}: paths, query, bodies, framing,`,
    'status codes and words are Docker\'s own, whose reference describes them. A failure is `{"message": "…"}`; a path that is not listed below answers 404 `page not found`.',
    "It is served to the page, to programs of the guest on `/run/docker.sock`, and by `npm run daemon` on a socket.",
    "",
    "Differences that hold for all: the machine is linux/386, the only storage is the machine's own, the only volume and network drivers are `local` and `bridge`",
    "(`host` and `none` besides), the only log drivers `json-file`, `local` and `none`. User namespaces are not remapped. Images are for one platform each and carry no",
    "manifests, as in Docker's store without containerd. Ports are published on IPv4 only, so they are listed once, as on a host without IPv6 (`0.0.0.0:8080->80/tcp`, no `[::]:8080`);",
    "an IPv6 address of the host is refused.",
  ];
  const left = new Set(routes);
  for (const [title, paths] of GROUPS) {
    const own = routes.filter(([, pattern]) => paths.test(pattern));
    for (const route of own) left.delete(route);
    lines.push("", `## ${title}`, "", "| request | answer |", "|---|---|");
    for (const [method, pattern, , answer] of own)
      lines.push(`| \`${method} ${pattern.replaceAll("...", "")}\` | ${cell(answer)} |`);
  }
  const [lost] = left;
  if (lost) throw new RangeError(`${lost[0]} ${lost[1]} belongs to no group`);
  return `${lines.join("\n")}\n`;
}

function cell(answer: string): string {
  return answer.startsWith(NO) ? `**not supported**: ${answer.slice(NO.length)}` : answer;
}
