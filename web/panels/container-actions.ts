// What can be done to a container in its state: the engine's verb, and the command that says the same.

import type { WireContainerSummary } from "../../worker/rpc/docker-wire.ts";
import { message } from "../app/messages.ts";
import { shellWord } from "../app/shell-words.ts";
import { containerName } from "./container-texts.ts";
import type { ActionOptions, PanelContext } from "./panel.ts";

export interface ContainerAction extends ActionOptions {
  readonly command: string;
  /** Asked before it is done. */
  readonly question?: string;
  readonly act: () => void;
}

/** bash where there is one, as people expect it. */
const SHELL = "sh -c 'command -v bash >/dev/null && exec bash || exec sh'";

/** `main` are for a row; `more` are those that the detail view has besides. */
export function containerActions(
  context: PanelContext,
  container: WireContainerSummary,
): { main: ContainerAction[]; more: ContainerAction[] } {
  const name = containerName(container);
  const word = shellWord(name);
  const { containers } = context.docker;
  const verb = (
    key: "start" | "stop" | "restart" | "pause" | "unpause",
    icon: ActionOptions["icon"],
    work: () => Promise<void>,
  ): ContainerAction => {
    const command = `docker ${key} ${word}`;
    const label = message(`containers.${key}`, { name });
    return {
      icon,
      label,
      command,
      act: () => {
        context.ran(command);
        void context.tasks.run(label, work);
      },
    };
  };
  const { Id: id, State: state } = container;
  const live = state === "running" || state === "paused" || state === "restarting";
  const removal = live ? `docker rm -f ${word}` : `docker rm ${word}`;
  const remove: ContainerAction = {
    icon: "trash",
    label: message("containers.remove", { name }),
    command: removal,
    question: message("confirm.remove"),
    act: () => {
      context.ran(removal);
      void context.tasks.run(message("containers.remove", { name }), () =>
        containers.remove(id, { force: live }),
      );
    },
  };
  const start = verb("start", "play", () => containers.start(id));
  const stop = verb("stop", "stop", () => containers.stop(id));
  const restart = verb("restart", "restart", () => containers.restart(id));
  const pause = verb("pause", "pause", () => containers.pause(id));
  const unpause = verb("unpause", "play", () => containers.unpause(id));
  const shellCommand = `docker exec -it ${word} ${SHELL}`;
  const shell: ContainerAction = {
    icon: "terminal",
    label: message("containers.shell", { name }),
    command: shellCommand,
    act: () => {
      context.ran(shellCommand);
      context.openTerminal(shellCommand);
    },
  };
  const files: ContainerAction = {
    icon: "folder",
    label: message("containers.files", { name }),
    command: `docker cp ${word}:/ -`,
    act: () => context.show("files", name),
  };
  if (state === "paused") return { main: [unpause, restart, remove], more: [files] };
  if (live) return { main: [shell, stop, restart, remove], more: [pause, files] };
  return { main: [start, remove], more: [files] };
}
