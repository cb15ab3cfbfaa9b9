// Keeps the page within what a soft keyboard leaves visible: browsers shrink the visual viewport, not the layout.

export function fitViewport(root: HTMLElement): void {
  const viewport = window.visualViewport;
  if (viewport === null) return;
  const keepInside = () => {
    // Zoomed in, the visual viewport is a part of the page that the visitor chose.
    if (viewport.scale > 1.01) return;
    root.style.setProperty("--viewport-height", `${viewport.height}px`);
    root.style.setProperty("--viewport-top", `${viewport.offsetTop}px`);
  };
  viewport.addEventListener("resize", keepInside);
  viewport.addEventListener("scroll", keepInside);
  keepInside();
}
