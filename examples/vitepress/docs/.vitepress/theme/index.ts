import { defineElements } from "slipway/elements";
import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme";
import "./slipway.css";

export default {
  extends: DefaultTheme,
  enhanceApp: () => defineElements({ baseUrl: `${import.meta.env.BASE_URL}slipway/` }),
} satisfies Theme;
