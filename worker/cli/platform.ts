// `os[/arch[/variant]]` of --platform.

import { CliError } from "./cli-error.ts";

/** Returns the text; throws a CliError (125) when it is no platform. */
export function checkPlatform(text: string): string {
  if (text !== "" && !/^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+){0,2}$/.test(text))
    throw new CliError(
      `error parsing specified platform: ${JSON.stringify(text)}: cannot parse platform specifier: invalid argument`,
      125,
    );
  return text;
}

/** The platform as these verbs send it: JSON; "" for none. */
export function platformJson(text: string): string {
  const [os, architecture, variant] = checkPlatform(text).split("/");
  return text === "" ? "" : JSON.stringify({ architecture, os, variant });
}
