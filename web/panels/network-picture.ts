// The networks as a picture: the machine's own network on top, a cable for each bridge, and the containers that hang on it. A
// container on two networks is drawn on both. The list below says the same in words.

import "./network-picture.css";
import { message } from "../app/messages.ts";

export interface DrawnNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly subnet: string;
  readonly gateway: string;
  readonly members: readonly {
    readonly name: string;
    readonly address: string;
    readonly running: boolean;
  }[];
}

const WIDTH = 390;
const BOX = { width: 112, height: 40, gap: 12 };
const COLUMNS = 3;
const LEFT = 20;
const SVG = "http://www.w3.org/2000/svg";

export function drawNetworks(
  networks: readonly DrawnNetwork[],
  open: (container: string) => void,
): SVGSVGElement {
  const svg = make("svg", { class: "networks-svg", role: "img" }) as SVGSVGElement;
  svg.append(withText("title", {}, message("networks.picture", { count: networks.length })));
  svg.append(
    make("rect", { class: "net-host", x: 0.5, y: 0.5, width: WIDTH - 1, height: 32, rx: 8 }),
    withText("text", { class: "net-label", x: 14, y: 21 }, message("networks.machine")),
  );
  let y = 33;
  for (const [index, network] of networks.entries())
    y = drawNetwork(svg, network, y, open, index === networks.length - 1);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${y + 4}`);
  return svg;
}

/** Returns where the next one begins. */
function drawNetwork(
  svg: SVGSVGElement,
  network: DrawnNetwork,
  top: number,
  open: (container: string) => void,
  last: boolean,
): number {
  const cableY = top + 34;
  const x = LEFT / 2;
  const group = make("g", { class: network.internal ? "net internal" : "net" });
  group.append(
    make("path", { class: "net-riser", d: `M${x} ${top}V${cableY}` }),
    make("path", { class: "net-cable", d: `M${x} ${cableY}H${WIDTH - 6}` }),
    withText("text", { class: "net-name", x: LEFT, y: cableY - 9 }, network.name),
    withText(
      "text",
      { class: "net-subnet", x: WIDTH - 6, y: cableY - 9, "text-anchor": "end" },
      [network.subnet, ...(network.internal ? [message("networks.internal")] : [])].join("  "),
    ),
  );
  for (const [index, member] of network.members.entries()) {
    const column = index % COLUMNS;
    const row = Math.floor(index / COLUMNS);
    const left = LEFT + column * (BOX.width + BOX.gap);
    const boxTop = cableY + 18 + row * (BOX.height + 14);
    const middle = left + BOX.width / 2;
    const box = make("g", { class: member.running ? "net-box running" : "net-box" });
    box.append(
      make("path", { class: "net-drop", d: `M${middle} ${row === 0 ? cableY : boxTop - 14}V${boxTop}` }),
      make("rect", { x: left, y: boxTop, width: BOX.width, height: BOX.height, rx: 7 }),
      withText("text", { class: "net-member", x: left + 10, y: boxTop + 17 }, shortened(member.name)),
      withText(
        "text",
        { class: "net-address", x: left + 10, y: boxTop + 32 },
        member.address || message("networks.notRunning"),
      ),
    );
    box.addEventListener("click", () => open(member.name));
    group.append(box);
  }
  svg.append(group);
  const rows = Math.ceil(network.members.length / COLUMNS);
  const bottom = cableY + (rows === 0 ? 0 : 18 + rows * (BOX.height + 14));
  // The riser goes on to the next network, past this one's boxes.
  if (!last) svg.append(make("path", { class: "net-riser", d: `M${x} ${cableY}V${bottom}` }));
  return bottom;
}

function shortened(name: string): string {
  return name.length > 14 ? `${name.slice(0, 13)}…` : name;
}

function make(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}

function withText(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text: string,
): SVGElement {
  const made = make(name, attributes);
  made.textContent = text;
  return made;
}
