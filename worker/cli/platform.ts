// `os[/arch[/variant]]` of --platform.

import { CliError } from "./cli-error.ts";

/** What a platform of one word may be: a system or an architecture. */
const KNOWN_ALONE =
  /^(linux|windows|darwin|freebsd|android|386|i386|amd64|x86_64|x86-64|arm|armhf|armel|arm64|aarch64|mips|mipsle|mips64|mips64le|ppc64|ppc64le|riscv64|s390x|wasm|loong64)$/i;

/** Returns the text; throws a CliError (125) when it is no platform. */
export function checkPlatform(text: string): string {
  const refuse = (reason: string) =>
    new CliError(
      `error parsing specified platform: ${JSON.stringify(text)}: ${reason}: invalid argument`,
      125,
    );
  if (text === "") return text;
  if (!/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+){0,2}$/.test(text))
    throw refuse("cannot parse platform specifier");
  if (!text.includes("/") && !KNOWN_ALONE.test(text))
    throw refuse("unknown operating system or architecture");
  return text;
}

/** The platform as these verbs send it: JSON; "" for none. */
export function platformJson(text: string): string {
  const [os, architecture, variant] = checkPlatform(text).split("/");
  return text === "" ? "" : JSON.stringify({ architecture, os, variant });
}
