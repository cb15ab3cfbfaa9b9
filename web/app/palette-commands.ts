// What the palette offers: the page's own commands, and those for each container and image that there is.

import type { PanelContext } from "../panels/panel.ts";
import type { PaletteCommand } from "./command-palette.ts";
import { message } from "./messages.ts";
import { PANEL_ICONS, PANEL_NAMES, type PanelName } from "./panel-names.ts";
import { shellWord } from "./shell-words.ts";
import { SHORTCUT_KEYS, type Shortcut } from "./shortcuts.ts";

export interface PageActions {
  readonly run: (shortcut: Shortcut) => void;
  readonly showPanel: (name: PanelName) => void;
  readonly openTerminal: (line: string) => void;
  readonly toggleTheme: () => void;
  readonly restart: () => void;
}

/** Ready-made command lines for whoever does not know one yet. */
const LINES = [
  "docker run -it --rm busybox sh",
  "docker run -it --rm python python3",
  "docker run -d -p 8080:80 nginx",
  "docker ps -a",
  "docker system df",
  "lxc-ls -f",
] as const;

export function pageCommands(actions: PageActions): PaletteCommand[] {
  const { run, showPanel, openTerminal, toggleTheme, restart } = actions;
  return [
    {
      text: message("tabs.new"),
      icon: "plus",
      note: SHORTCUT_KEYS.newTab,
      act: () => run({ name: "new-tab" }),
    },
    ...PANEL_NAMES.map((name) => ({
      text: message("palette.panel", { name: message(`panels.${name}`) }),
      icon: PANEL_ICONS[name],
      act: () => showPanel(name),
    })),
    ...LINES.map((line) => ({
      text: message("palette.run", { command: line }),
      icon: "terminal" as const,
      act: () => openTerminal(line),
    })),
    {
      text: message("actions.find"),
      icon: "search",
      note: SHORTCUT_KEYS.find,
      act: () => run({ name: "find" }),
    },
    { text: message("palette.theme"), icon: "sun", act: toggleTheme },
    {
      text: message("actions.help"),
      icon: "help",
      note: SHORTCUT_KEYS.help,
      act: () => run({ name: "help" }),
    },
    { text: message("failure.restart"), icon: "restart", act: restart },
  ];
}

/** For what the engine has. Rejects while there is no machine. */
export async function engineCommands(context: PanelContext): Promise<PaletteCommand[]> {
  const [{ containerActions }, { containerName }] = await Promise.all([
    import("../panels/container-actions.ts"),
    import("../panels/container-texts.ts"),
  ]);
  const { docker, openTerminal, show } = context;
  const [containers, images] = await Promise.all([
    docker.containers.list({ all: true }),
    docker.images.list(),
  ]);
  return [
    ...containers.flatMap((container) => {
      const name = containerName(container);
      const { main, more } = containerActions(context, container);
      return [
        {
          text: message("palette.logs", { name }),
          icon: "container" as const,
          note: `docker logs -f ${shellWord(name)}`,
          act: () => show("containers", name),
        },
        // What cannot be undone is asked for where it can be seen.
        ...[...main, ...more]
          .filter(({ question }) => question === undefined)
          .map(({ label, icon, command, act }) => ({ text: label, icon, note: command, act })),
      ];
    }),
    ...images.flatMap(({ RepoTags }) =>
      (RepoTags ?? []).map((tag) => {
        const name = tag.replace(/:latest$/, "");
        const command = `docker run -it --rm ${shellWord(name)}`;
        return {
          text: message("palette.run", { command }),
          icon: "layers" as const,
          act: () => openTerminal(command),
        };
      }),
    ),
  ];
}
