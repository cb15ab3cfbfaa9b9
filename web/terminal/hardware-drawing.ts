// Whether the browser draws with a real graphics processor. Without one each drawn frame is work for the processors that the machine needs.

/** Rasterisers that run on the processor, which the terminal needs for itself; not all own up to it when asked. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let hardware: boolean | undefined;

/** Asked once: a context is dear, and the answer does not change. False also where the browser does not tell. */
export function hasHardwareDrawing(): boolean {
  if (hardware !== undefined) return hardware;
  const context = document
    .createElement("canvas")
    .getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  const details = context?.getExtension("WEBGL_debug_renderer_info");
  const name = context?.getParameter(details?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER);
  hardware = context !== null && !SOFTWARE.test(String(name));
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return hardware;
}
