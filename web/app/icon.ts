// The page's drawings, as outlines on a grid of 24, in the colour of the text around them.

const SHAPES = {
  plus: "M12 5v14M5 12h14",
  cross: "M6 6l12 12M18 6L6 18",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 21 21",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M19.1 4.9l-1.8 1.8M6.7 17.3l-1.8 1.8",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.500Z",
  help: "M9 9a3 3 0 1 1 4.6 2.550C12.5 12.25 12 12.8 12 14M12 17.500v.01M12 2.500a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19",
  up: "M12 19V6M6 11.500l6-6 6 6",
  down: "M12 5v13M6 12.500l6 6 6-6",
  left: "M19 12H6M11.5 6l-6 6 6 6",
  right: "M5 12h13M12.5 6l6 6-6 6",
  restart: "M4.5 12a7.5 7.5 0 1 1 2.4 5.500M4.5 12V6.500M4.5 12H10",
  // The mark: a container on its way down the ramp, and the water.
  slipway:
    "M2 9.5 22 17.500M7.4 3.200l7.8 3.1-2.2 5.6-7.8-3.100ZM10 4.3 7.8 9.800M12.6 5.300l-2.2 5.600M3 21.500q2.2-1.6 4.5 0t4.5 0 4.5 0 4.5 0",
} as const;

export type IconName = keyof typeof SHAPES;

/** Hidden from assistive technology: what it stands for is the label of the control that it is in. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
