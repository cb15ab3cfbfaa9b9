// Hands bytes to the browser's own download.

import { element } from "../app/element.ts";

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = element("a", { href: address, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The download has begun when the click has been handled.
  window.setTimeout(() => URL.revokeObjectURL(address));
}
