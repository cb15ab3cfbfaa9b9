// `docker context`: names for engines elsewhere; "default" is the one in this worker.

import { CliError } from "../cli-error.ts";
import type { Command, CommandContext } from "../command.ts";
import { ContextStore, checkContextName, type StoredContext } from "../context-store.ts";
import { OWN_ENDPOINT, parseEndpoint } from "../engine-endpoint.ts";
import { type FlagSpec, flag } from "../flags.ts";
import { objectFormatFlag, TABLE_FORMAT_FLAG } from "../format-flag.ts";
import { formatObjects } from "../format-objects.ts";
import { printRows } from "../format-rows.ts";
import { toMap } from "../key-values.ts";
import { OWN_CONTEXT } from "../own-context.ts";
import { contextExportCommand, contextImportCommand } from "./context-transfer.ts";

const DOCKER_FLAG: FlagSpec = flag("--docker", "list", "set the docker endpoint", {
  typeHelp: "stringToString",
  defaultHelp: "[]",
});
const MANY = Number.POSITIVE_INFINITY;

function store({ session, root }: CommandContext): ContextStore {
  return new ContextStore(session, root);
}

/** What counts for this command line: --context, DOCKER_HOST, DOCKER_CONTEXT, then what `use` chose. */
async function currentName(context: CommandContext): Promise<string> {
  const { DOCKER_HOST = "", DOCKER_CONTEXT = "" } = context.session.environment;
  const named = context.root.text("context");
  if (named !== "") return named;
  if (DOCKER_HOST !== "" || context.root.list("host").length > 0) return "default";
  return DOCKER_CONTEXT || store(context).currentName();
}

async function find(context: CommandContext, name: string): Promise<StoredContext> {
  if (name === "default") return OWN_CONTEXT;
  const found = await store(context).find(name);
  if (found === undefined) throw new CliError(`context "${name}": context not found`);
  return found;
}

/** `--docker host=tcp://…`; undefined without it. Throws a CliError in Docker's words. */
async function hostFrom(context: CommandContext): Promise<string | undefined> {
  const pairs = context.flags.list("docker").flatMap((text) => text.split(","));
  if (pairs.length === 0) return undefined;
  const { host, from, ...others } = toMap(pairs);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const isTls = ["ca", "cert", "key", "skip-tls-verify"].includes(unknown);
    throw new CliError(
      `unable to create docker endpoint config: ${isTls ? "TLS certificates are not supported" : `unrecognized config key: ${unknown}`}`,
    );
  }
  if (from !== undefined) return (await find(context, from)).host;
  if (host !== undefined && host !== "") parseEndpoint(host);
  return host || OWN_ENDPOINT;
}

const contextCreateCommand: Command = {
  paths: ["context create"],
  summary: "Create a context",
  usage: "[OPTIONS] CONTEXT",
  flags: [
    flag("--description", "string", "Description of the context"),
    DOCKER_FLAG,
    flag("--from", "string", "create context from a named context"),
  ],
  minArgs: 1,
  maxArgs: 1,
  completes: ["nothing"],
  async run(context) {
    const [name = ""] = context.args;
    checkContextName(name);
    const contexts = store(context);
    if (await contexts.find(name)) throw new CliError(`context "${name}" already exists`);
    const from = context.flags.text("from");
    const base = from === "" ? undefined : await find(context, from);
    const host = (await hostFrom(context)) ?? base?.host ?? OWN_ENDPOINT;
    await contexts.put({
      name,
      host,
      description: context.flags.text("description") || (base?.description ?? ""),
    });
    await context.out.line(name);
    await context.err.line(`Successfully created context "${name}"`);
    return 0;
  },
};

const contextUpdateCommand: Command = {
  paths: ["context update"],
  summary: "Update a context",
  usage: "[OPTIONS] CONTEXT",
  flags: [flag("--description", "string", "Description of the context"), DOCKER_FLAG],
  minArgs: 1,
  maxArgs: 1,
  completes: ["nothing"],
  async run(context) {
    const [name = ""] = context.args;
    checkContextName(name);
    const known = await find(context, name);
    await store(context).put({
      ...known,
      host: (await hostFrom(context)) ?? known.host,
      ...(context.flags.wasSet("description") ? { description: context.flags.text("description") } : {}),
    });
    await context.out.line(name);
    await context.err.line(`Successfully updated context "${name}"`);
    return 0;
  },
};

const contextInspectCommand: Command = {
  paths: ["context inspect"],
  summary: "Display detailed information on one or more contexts",
  usage: "[OPTIONS] [CONTEXT] [CONTEXT...]",
  flags: [objectFormatFlag(true)],
  minArgs: 0,
  maxArgs: MANY,
  completes: ["nothing"],
  async run(context) {
    const names = context.args.length > 0 ? context.args : [await currentName(context)];
    const contexts = store(context);
    const objects: object[] = [];
    for (const each of names) {
      const { name, description, host } = await find(context, each);
      const place = name === "default" ? undefined : await contexts.folders(name);
      objects.push({
        Name: name,
        Metadata: name === "default" || description === "" ? {} : { Description: description },
        Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
        TLSMaterial: {},
        Storage: { MetadataPath: place?.meta ?? "<IN MEMORY>", TLSPath: place?.tls ?? "<IN MEMORY>" },
      });
    }
    const text = formatObjects(objects, context.flags.text("format"));
    await context.out.write(text.replaceAll("<IN MEMORY>", "\\u003cIN MEMORY\\u003e"));
    return 0;
  },
};

const contextLsCommand: Command = {
  paths: ["context ls", "context list"],
  summary: "List contexts",
  usage: "[OPTIONS]",
  flags: [TABLE_FORMAT_FLAG, flag("-q, --quiet", "bool", "Only show context names")],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    const isTable = /^(|table)$/.test(context.flags.text("format").trim()) && !context.flags.isOn("quiet");
    const current = await currentName(context);
    const { DOCKER_HOST } = context.session.environment;
    const own = DOCKER_HOST
      ? { ...OWN_CONTEXT, host: DOCKER_HOST, description: "As DOCKER_HOST says" }
      : OWN_CONTEXT;
    const all = [own, ...(await store(context).list())].sort((one, other) =>
      one.name < other.name ? -1 : 1,
    );
    const rows = all.map(({ name, description, host }) => ({
      Current: name === current,
      Name: isTable && name === current ? `${name} *` : name,
      Description: description,
      DockerEndpoint: host,
      Error: "",
    }));
    await printRows(context, rows, {
      table: "{{.Name}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}",
      quiet: "{{.Name}}",
      goType: "*formatter.clientContextContext",
      headings: {
        Name: "NAME",
        Description: "DESCRIPTION",
        DockerEndpoint: "DOCKER ENDPOINT",
        Error: "ERROR",
        Current: "CURRENT",
      },
    });
    return 0;
  },
};

const contextRmCommand: Command = {
  paths: ["context rm", "context remove"],
  summary: "Remove one or more contexts",
  usage: "CONTEXT [CONTEXT...]",
  flags: [flag("-f, --force", "bool", "Force the removal of a context in use")],
  minArgs: 1,
  maxArgs: MANY,
  completes: ["nothing"],
  async run(context) {
    const contexts = store(context);
    const failures: string[] = [];
    for (const name of context.args) {
      const force = context.flags.isOn("force");
      if (name === "default") failures.push('context "default" cannot be removed');
      else if ((await contexts.find(name)) === undefined) {
        if (!force) failures.push(`context "${name}" does not exist`);
      } else if (!force && (await currentName(context)) === name)
        failures.push(`context "${name}" is in use, set -f flag to force remove`);
      else {
        await contexts.remove(name);
        if ((await contexts.currentName()) === name) await contexts.use("default");
        await context.out.line(name);
      }
    }
    if (failures.length > 0) throw new CliError(failures.join("\n"));
    return 0;
  },
};

const contextShowCommand: Command = {
  paths: ["context show"],
  summary: "Print the name of the current context",
  usage: "",
  flags: [],
  minArgs: 0,
  maxArgs: 0,
  async run(context) {
    await context.out.line(await currentName(context));
    return 0;
  },
};

const contextUseCommand: Command = {
  paths: ["context use"],
  summary: "Set the current docker context",
  usage: "CONTEXT",
  flags: [],
  minArgs: 1,
  maxArgs: 1,
  async run(context) {
    const [name = ""] = context.args;
    const contexts = store(context);
    await find(context, name);
    await contexts.use(name);
    await context.out.line(name);
    if (name !== "default" && (context.session.environment.DOCKER_HOST ?? "") !== "")
      await context.err.line(
        `Warning: DOCKER_HOST environment variable overrides the active context. To use "${name}", either set the global --context flag, or unset DOCKER_HOST environment variable.`,
      );
    await context.err.line(`Current context is now "${name}"`);
    return 0;
  },
};

export const CONTEXT_COMMANDS: readonly Command[] = [
  contextCreateCommand,
  contextExportCommand,
  contextImportCommand,
  contextInspectCommand,
  contextLsCommand,
  contextRmCommand,
  contextShowCommand,
  contextUpdateCommand,
  contextUseCommand,
];
