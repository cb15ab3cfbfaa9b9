// Flags before the verb. Without them the engine is the one in this very worker: see engine-endpoint.ts.

import { type FlagSpec, flag } from "./flags.ts";

export const GLOBAL_FLAGS: readonly FlagSpec[] = [
  flag("--config", "string", "Location of client config files", { default: "/root/.docker" }),
  flag(
    "-c, --context",
    "string",
    'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with "docker context use")',
  ),
  flag("-D, --debug", "bool", "Enable debug mode"),
  flag("-H, --host", "list", "Daemon socket to connect to"),
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
