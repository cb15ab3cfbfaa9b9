// The one script tag: the elements, with everything that they need fetched from where this script lies.

import { defineElements } from "./elements.ts";

const script = import.meta.url;
defineElements({ baseUrl: new URL(".", script) });
