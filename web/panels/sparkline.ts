// A small live graph: the last minute of one figure, as an area under a line, with its present value beside it.

import "./graphs.css";
import { element } from "../app/element.ts";

const SAMPLES = 60;
const WIDTH = 100;
const HEIGHT = 24;

export class Sparkline extends HTMLElement {
  readonly #label: string;
  readonly #values: number[] = [];
  readonly #floor: number;
  readonly #value = element("span", { class: "spark-value" });
  readonly #area = path("spark-area");
  readonly #line = path("spark-line");

  /** `floor` is the least that the top of the graph stands for, so that noise does not look like a peak. */
  constructor(label: string, floor: number) {
    super();
    this.#label = label;
    this.#floor = floor;
  }

  connectedCallback(): void {
    if (this.childElementCount > 0) return;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    svg.append(this.#area, this.#line);
    this.append(element("span", { class: "spark-label" }, this.#label), svg, this.#value);
  }

  push(value: number, text: string): void {
    this.#values.push(value);
    if (this.#values.length > SAMPLES) this.#values.shift();
    this.#value.textContent = text;
    const top = Math.max(this.#floor, ...this.#values);
    const first = SAMPLES - this.#values.length;
    const points = this.#values.map((each, index) => {
      const x = ((first + index) / (SAMPLES - 1)) * WIDTH;
      const y = HEIGHT - 1 - (each / top) * (HEIGHT - 3);
      return `${x.toFixed(1)} ${y.toFixed(1)}`;
    });
    const start = ((first / (SAMPLES - 1)) * WIDTH).toFixed(1);
    this.#line.setAttribute("d", `M${points.join("L")}`);
    this.#area.setAttribute("d", `M${start} ${HEIGHT}L${points.join("L")}L${WIDTH} ${HEIGHT}Z`);
  }

  clear(): void {
    this.#values.length = 0;
    this.#value.textContent = "";
    this.#line.removeAttribute("d");
    this.#area.removeAttribute("d");
  }
}

function path(name: string): SVGPathElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "path");
  made.setAttribute("class", name);
  return made;
}

customElements.define("slipway-spark", Sparkline);
