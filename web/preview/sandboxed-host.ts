// The application's page puts this around a preview without a host: a page of its own origin, which the service worker keeps, with the sandboxed
// frame in it whose script the build has written here. A frame without an origin has no service worker and could not be fetched without a
// network. It passes messages on and reads none; it has no policy, because the pages of servers would inherit it.

/** Set by the build: the script of sandboxed-frame.ts. */
declare const FRAME_SCRIPT: string;

function openFrame(port: string): void {
  const style = document.querySelector("style")!.outerHTML;
  const frame = document.createElement("iframe");
  // What makes it another origin than this page's, and keeps it there.
  frame.setAttribute("sandbox", "allow-scripts allow-forms allow-modals");
  frame.srcdoc = `<!doctype html><html lang="en" data-port="${port}">${style}<body><script>${FRAME_SCRIPT}</script></body></html>`;
  window.addEventListener("message", ({ data, source, origin, ports }: MessageEvent) => {
    // The origin that was taken away cannot be named.
    if (source === window.parent && origin === location.origin)
      frame.contentWindow?.postMessage(data, "*", [...ports]);
    else if (source === frame.contentWindow) window.parent.postMessage(data, location.origin, [...ports]);
  });
  document.body.append(frame);
}

const port = new URLSearchParams(location.search).get("port") ?? "";
if (window.parent !== window && /^\d{1,5}$/.test(port)) openFrame(port);
