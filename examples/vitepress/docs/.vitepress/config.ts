import { defineConfig } from "vitepress";

export default defineConfig({
  title: "Handbook",
  base: "/handbook/",
  head: [["link", { rel: "icon", href: "data:," }]],
  vue: {
    template: {
      // Elements of the page, not components of Vue.
      compilerOptions: { isCustomElement: (tag) => tag.startsWith("slipway-") },
    },
  },
});
