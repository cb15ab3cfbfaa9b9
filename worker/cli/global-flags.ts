// Flags before the verb. The engine is in this very worker: those that choose another one are accepted and change nothing.

import { type FlagSpec, flag } from "./flags.ts";

export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  flag("--config", "string", "Location of client config files", { default: "/root/.docker" }),
  flag(
    "-c, --context",
    "string",
    "Name of the context to use to connect to the daemon; there is only this machine's",
  ),
  flag("-D, --debug", "bool", "Enable debug mode"),
  flag("-H, --host", "list", "Daemon socket to connect to; there is only this machine's"),
  flag("-l, --log-level", "string", 'Set the logging level ("debug", "info", "warn", "error", "fatal")', {
    default: "info",
  }),
  flag("--tls", "bool", "Use TLS; implied by --tlsverify"),
  flag("--tlscacert", "string", "Trust certs signed only by this CA"),
  flag("--tlscert", "string", "Path to TLS certificate file"),
  flag("--tlskey", "string", "Path to TLS key file"),
  flag("--tlsverify", "bool", "Use TLS and verify the remote"),
  flag("-v, --version", "bool", "Print version information and quit"),
];
