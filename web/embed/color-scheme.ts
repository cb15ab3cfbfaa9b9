// Light or dark, as the page around an element is: what `color-scheme` it has there, or the element's own `theme` attribute.

export type Scheme = "light" | "dark";

const watched = new Set<() => void>();
let observer: MutationObserver | undefined;

/** A page that says nothing is light, whatever its reader prefers: that is how browsers draw it. */
export function schemeOf(element: HTMLElement): Scheme {
  const asked = element.getAttribute("theme");
  if (asked === "light" || asked === "dark") return asked;
  const schemes = getComputedStyle(element).colorScheme;
  if (!schemes.includes("dark")) return "light";
  if (!schemes.includes("light")) return "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Calls back when the page may have changed its colours, until `signal` is aborted. */
export function onSchemeChange(changed: () => void, signal: AbortSignal): void {
  if (observer === undefined) {
    const tell = () => {
      for (const listener of watched) listener();
    };
    observer = new MutationObserver(tell);
    observer.observe(document.documentElement, { attributes: true });
    observer.observe(document.body, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
  }
  watched.add(changed);
  signal.addEventListener("abort", () => watched.delete(changed), { once: true });
}
