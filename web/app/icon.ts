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
  container: "M3 7.500 12 3l9 4.500v9L12 21l-9-4.500ZM3 7.500l9 4.500 9-4.500M12 12v9",
  server: "M4 4h16v7H4ZM4 13h16v7H4ZM7.5 7.500h.01M7.5 16.500h.01M11 7.500h5M11 16.500h5",
  layers: "M12 3 3 8l9 5 9-5ZM3 12.500l9 5 9-5M3 17l9 5 9-5",
  disk: "M12 3c5 0 8 1.400 8 3s-3 3-8 3-8-1.400-8-3 3-3 8-3M4 6v12c0 1.600 3 3 8 3s8-1.400 8-3V6M4 12c0 1.600 3 3 8 3s8-1.400 8-3",
  network: "M9 3h6v5H9ZM3 16h6v5H3ZM15 16h6v5h-6ZM12 8v4M6 16v-4h12v4",
  folder: "M3 6h6l2 2.500h10V19H3Z",
  file: "M6 3h8l4 4v14H6ZM14 3v4h4",
  pulse: "M2.5 12H7l3-8 4.500 16 3-8h4",
  chip: "M7 7h10v10H7ZM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
  play: "M7 4.500v15l12-7.500Z",
  stop: "M6 6h12v12H6Z",
  pause: "M8 5v14M16 5v14",
  trash: "M4 6.500h16M9.5 6.500V4h5v2.500M6 6.500 7 20h10l1-13.500M10 10.500v6M14 10.500v6",
  broom: "M14 3 11 11M6 11h10l2 9H4ZM8.500 20l.5-4M13.500 20l-.5-4",
  terminal: "M3 4.500h18v15H3ZM7 9l3 3-3 3M12.500 15H17",
  copy: "M9 8h11v12H9ZM15 8V4H4v12h5",
  download: "M12 4v11M7 10.500l5 5 5-5M4 20h16",
  upload: "M12 16V5M7 9.500l5-5 5 5M4 20h16",
  save: "M4 4h13l3 3v13H4ZM8 4v5h7V4M8 20v-6h8v6",
  panels: "M3 4h18v16H3ZM14 4v16",
  command:
    "M9 6.500A2.5 2.5 0 1 0 6.500 9H17.500A2.5 2.5 0 1 0 15 6.500V17.500A2.5 2.5 0 1 0 17.500 15H6.500A2.5 2.5 0 1 0 9 17.500Z",
  link: "M9.5 14.500 14.500 9.500M11 7l1.500-1.500a4.2 4.2 0 0 1 6 6L17 13M13 17l-1.500 1.500a4.2 4.2 0 0 1-6-6L7 11",
  snow: "M12 3v18M4.2 7.500l15.6 9M19.8 7.500l-15.6 9",
  open: "M14 4h6v6M20 4l-9 9M10 5H5v14h14v-5",
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
