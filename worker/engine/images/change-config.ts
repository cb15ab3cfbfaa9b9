// `--change` of commit and import: Dockerfile instructions that alter an image's configuration. Which ones, and the words of refusals, are
// moby's ("builder/dockerfile", BuildFromConfig).

import { EngineError } from "../../base/errors.ts";
import type { ImageHealthcheck, ImageRunConfig } from "../image-port.ts";
import { expandText, parseJsonWords, parsePairs, splitWords, type Variables } from "./dockerfile-words.ts";

type Change = (config: ImageRunConfig, text: string, variables: Variables) => Partial<ImageRunConfig>;

const SHELL = ["/bin/sh", "-c"];

const INSTRUCTIONS: Readonly<Record<string, Change>> = {
  cmd: (config, text) => ({ cmd: commandOf(config, text) }),
  entrypoint: (config, text) => ({ entrypoint: commandOf(config, text) }),
  env: (config, text, variables) => ({
    env: parsePairs("ENV", text, variables).reduce(
      (env, [name, value]) => withVariable(env, name, value),
      config.env,
    ),
  }),
  expose: ({ exposedPorts }, text, variables) => ({
    exposedPorts: [
      ...new Set([...exposedPorts, ...splitWords(required("EXPOSE", text), variables).flatMap(ports)]),
    ],
  }),
  healthcheck: (config, text) => ({ healthcheck: healthcheckOf(config, text) }),
  label: ({ labels }, text, variables) => ({
    labels: { ...labels, ...Object.fromEntries(parsePairs("LABEL", text, variables)) },
  }),
  onbuild: ({ onBuild }, text) => {
    const trigger = required("ONBUILD", text);
    const word = trigger.split(/\s/, 1)[0]?.toUpperCase() ?? "";
    if (word === "ONBUILD") throw invalid("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    if (word === "MAINTAINER" || word === "FROM")
      throw invalid(`${word} isn't allowed as an ONBUILD trigger`);
    return { onBuild: [...onBuild, trigger] };
  },
  stopsignal: (_config, text, variables) => ({ stopSignal: oneWord("STOPSIGNAL", text, variables) }),
  user: (_config, text, variables) => ({ user: oneWord("USER", text, variables) }),
  volume: ({ volumes }, text, variables) => {
    const paths = parseJsonWords(text) ?? splitWords(required("VOLUME", text), variables);
    if (paths.some((path) => path.trim() === ""))
      throw invalid("VOLUME specified can not be an empty string");
    return { volumes: [...new Set([...volumes, ...paths])] };
  },
  workdir: ({ workingDir }, text, variables) => ({
    workingDir: joinPath(workingDir, expandText(required("WORKDIR", text), variables)),
  }),
};

/** Throws EngineError("invalid-argument") in Docker's words. */
export function changeConfig(config: ImageRunConfig, changes: readonly string[]): ImageRunConfig {
  let changed = config;
  for (const line of instructionLines(changes.join("\n"))) {
    const [, word = "", text = ""] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    const name = word.toLowerCase();
    const change = Object.hasOwn(INSTRUCTIONS, name) ? INSTRUCTIONS[name] : undefined;
    if (change === undefined) throw invalid(`${word.toUpperCase()} is not a valid change command`);
    changed = { ...changed, ...change(changed, text.trim(), variablesOf(changed.env)) };
  }
  return changed;
}

/** Lines that end with a backslash go on; comments and empty lines count for nothing. */
function instructionLines(text: string): string[] {
  const lines: string[] = [];
  let open = "";
  for (const line of text.split("\n")) {
    if (/^\s*#/.test(line) || (open !== "" && line.trim() === "")) continue;
    const continued = /^(.*)\\[ \t]*$/.exec(line);
    if (continued) open += continued[1] ?? "";
    else {
      lines.push(open + line);
      open = "";
    }
  }
  return [...lines, open].map((line) => line.trim()).filter((line) => line !== "");
}

function variablesOf(env: readonly string[]): Variables {
  return new Map(
    env.map((pair) => {
      const at = pair.indexOf("=");
      return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

function withVariable(env: readonly string[], name: string, value: string): readonly string[] {
  const index = env.findIndex((pair) => pair === name || pair.startsWith(`${name}=`));
  return index < 0 ? [...env, `${name}=${value}`] : env.with(index, `${name}=${value}`);
}

function commandOf({ shell }: ImageRunConfig, text: string): readonly string[] | null {
  const words = parseJsonWords(text);
  if (words !== undefined) return words;
  return text === "" ? null : [...(shell ?? SHELL), text];
}

/** `80`, `80/tcp`, `8000-8010/udp` */
function ports(word: string): string[] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(word);
  const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  if (!match || last < first || last > 65_535) throw invalid(`invalid containerPort: ${word}`);
  const protocol = (match[3] ?? "tcp").toLowerCase();
  return Array.from({ length: last - first + 1 }, (_, at) => `${first + at}/${protocol}`);
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

function healthcheckOf(config: ImageRunConfig, text: string): ImageHealthcheck {
  const options: Record<string, string> = {};
  let rest = required("HEALTHCHECK", text);
  for (let flag = /^--([a-z-]+)=(\S+)\s*/.exec(rest); flag; flag = /^--([a-z-]+)=(\S+)\s*/.exec(rest)) {
    options[flag[1] ?? ""] = flag[2] ?? "";
    rest = rest.slice(flag[0].length);
  }
  const [, word = "", command = ""] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  if (word.toUpperCase() === "NONE") {
    if (command !== "") throw invalid("HEALTHCHECK NONE takes no arguments");
    return { test: ["NONE"] };
  }
  if (word.toUpperCase() !== "CMD") throw invalid(`Unknown type "${word}" in HEALTHCHECK (try CMD)`);
  if (command === "") throw invalid("Missing command after HEALTHCHECK CMD");
  const exec = parseJsonWords(command);
  const known = {
    interval: "interval",
    timeout: "timeout",
    "start-period": "startPeriod",
    "start-interval": "startInterval",
  };
  const times: Record<string, number> = {};
  for (const [name, value] of Object.entries(options)) {
    if (name === "retries") {
      if (!/^\d{1,9}$/.test(value)) throw invalid(`--retries must be at least 0 (not ${value})`);
      times.retries = Number(value);
    } else if (Object.hasOwn(known, name)) times[known[name as keyof typeof known]] = durationNs(value);
    else throw invalid(`unknown flag: --${name}`);
  }
  const test = exec === undefined ? ["CMD-SHELL", command] : ["CMD", ...exec];
  return { ...(config.healthcheck ?? {}), ...times, test };
}

function durationNs(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join("") !== text || text === "")
    throw invalid(`time: invalid duration "${text}"`);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (DURATION_UNITS[unit ?? ""] ?? 0), 0);
}

function oneWord(instruction: string, text: string, variables: Variables): string {
  const words = splitWords(text, variables);
  if (words.length !== 1) throw invalid(`${instruction} requires exactly one argument`);
  return words[0] ?? "";
}

function required(instruction: string, text: string): string {
  if (text === "") throw invalid(`${instruction} requires at least one argument`);
  return text;
}

function joinPath(base: string, path: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

function invalid(message: string): EngineError {
  return new EngineError("invalid-argument", message);
}
