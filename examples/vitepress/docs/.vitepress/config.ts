import { readdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { defineConfig } from "vitepress";

const base = "/handbook/";
const isPreviewFile = (name: string) => name.startsWith("slipway-preview");

export default defineConfig({
  title: "Handbook",
  base,
  outDir: `.vitepress/dist${base}`,
  // Browsers ask for the files of previews at the root of their host, whatever path the site is at.
  async buildEnd({ outDir }) {
    for (const name of (await readdir(outDir)).filter(isPreviewFile))
      await rename(join(outDir, name), join(dirname(outDir), name));
  },
  vite: {
    plugins: [
      {
        name: "previews-at-the-root",
        configureServer({ middlewares }) {
          middlewares.use((request, _response, next) => {
            if (isPreviewFile(request.url?.slice(1) ?? "")) request.url = base + request.url!.slice(1);
            next();
          });
        },
      },
    ],
  },
  head: [["link", { rel: "icon", href: "data:," }]],
  vue: {
    template: {
      // Elements of the page, not components of Vue.
      compilerOptions: { isCustomElement: (tag) => tag.startsWith("slipway-") },
    },
  },
});
