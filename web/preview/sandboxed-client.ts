// What a page of a preview without a host gets before its own scripts: links, forms and fetch go to the frame around it.

import type { FetchAnswer, FromPage } from "./sandboxed-protocol.ts";

const isOurs = (url: URL) => url.origin === new URL(document.baseURI).origin;
const tell = (message: FromPage, ports: Transferable[] = []) =>
  window.parent.postMessage(message, "*", ports);

document.addEventListener("click", (event) => {
  const link = (event.target as Element | null)?.closest?.("a[href]") as HTMLAnchorElement | null;
  if (event.defaultPrevented || event.button !== 0 || !link) return;
  const url = new URL(link.href);
  if (!isOurs(url)) return;
  event.preventDefault();
  const isHere = url.href.split("#", 1)[0] === document.baseURI.split("#", 1)[0];
  if (isHere && url.hash !== "")
    document.getElementById(decodeURIComponent(url.hash.slice(1)))?.scrollIntoView();
  else tell({ slipway: "open", url: url.href, method: "GET" });
});

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const button = event.submitter as HTMLButtonElement | null;
  const url = new URL(
    button?.getAttribute("formaction") ?? form.getAttribute("action") ?? "",
    document.baseURI,
  );
  if (isOurs(url)) void submit(url, form, button);
});

async function submit(url: URL, form: HTMLFormElement, button: HTMLButtonElement | null): Promise<void> {
  const data = new FormData(form, button);
  const fields = new URLSearchParams();
  for (const [name, value] of data) fields.append(name, typeof value === "string" ? value : value.name);
  if (form.method !== "post") {
    url.search = fields.toString();
    return tell({ slipway: "open", url: url.href, method: "GET" });
  }
  const content = form.enctype === "multipart/form-data" ? data : fields;
  const body = await new Response(content).blob();
  tell({ slipway: "open", url: url.href, method: "POST", body });
}

const native = self.fetch.bind(self);
self.fetch = async (input, init) => {
  const address = input instanceof Request ? input.url : String(input);
  const url = new URL(address, document.baseURI);
  if (!isOurs(url)) return native(input, init);
  const request = new Request(input instanceof Request ? input : url, init);
  const body = request.method === "GET" || request.method === "HEAD" ? undefined : await request.blob();
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise<FetchAnswer>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
  });
  const { href } = url;
  const { method, headers } = request;
  tell({ slipway: "fetch", url: href, method, headers: [...headers], ...(body && { body }) }, [port2]);
  const answer = await answered;
  if ("failure" in answer) throw new TypeError(answer.failure);
  const { status, reason: statusText } = answer;
  const isBare = [204, 205, 304].includes(status);
  return new Response(isBare ? null : answer.body, {
    status,
    statusText,
    headers: answer.headers.map(([name, value]) => [name, value] as [string, string]),
  });
};
