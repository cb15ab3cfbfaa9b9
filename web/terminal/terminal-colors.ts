// xterm's palette, read from the custom properties of tokens.css, so that the page and its terminals have one source.

import type { ITheme } from "@xterm/xterm";

const ANSI = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

export function terminalColors(element: Element): ITheme {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--term-${name}`).trim();
  const theme: ITheme = {
    background: color("background"),
    foreground: color("foreground"),
    cursor: color("cursor"),
    cursorAccent: color("background"),
    selectionBackground: color("selection"),
    scrollbarSliderBackground: color("scrollbar"),
    scrollbarSliderHoverBackground: color("scrollbar-hover"),
    scrollbarSliderActiveBackground: color("scrollbar-hover"),
    overviewRulerBorder: "transparent",
  };
  for (const name of ANSI) {
    theme[name] = color(name);
    theme[`bright${name[0]!.toUpperCase()}${name.slice(1)}` as `bright${Capitalize<typeof name>}`] = color(
      `bright-${name}`,
    );
  }
  return theme;
}

/** Colours of found text; xterm wants #rrggbb here. */
export function searchColors(element: Element) {
  const style = getComputedStyle(element);
  const color = (name: string) => style.getPropertyValue(`--term-${name}`).trim();
  return {
    matchBackground: color("match"),
    matchOverviewRuler: color("match"),
    activeMatchBackground: color("match-active"),
    activeMatchColorOverviewRuler: color("match-active"),
  };
}
