// What a panel says while there is nothing to list: what would be here, and a command that makes one.

import { element } from "../app/element.ts";
import { type IconName, icon } from "../app/icon.ts";
import { message } from "../app/messages.ts";

export interface EmptyView {
  readonly view: HTMLElement;
  onTry(listener: (command: string) => void): void;
}

export function emptyView(
  name: IconName,
  title: string,
  text: string,
  commands: readonly string[] = [],
): EmptyView {
  let listener: (command: string) => void = () => {};
  const buttons = commands.map((command) => {
    const button = element(
      "button",
      { type: "button", class: "hint", "data-command": command, title: message("empty.run", { command }) },
      element("code", {}, command),
    );
    button.addEventListener("click", () => listener(command));
    return button;
  });
  return {
    view: element(
      "div",
      { class: "empty" },
      icon(name),
      element("strong", {}, title),
      element("p", {}, text),
      ...buttons,
    ),
    onTry: (added) => {
      listener = added;
    },
  };
}
