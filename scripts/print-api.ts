// `npm run docs`: writes docs/docker-api.md.

import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ROUTES } from "../worker/api/routes.ts";
import { apiDocument } from "./api-document.ts";

await writeFile(fileURLToPath(new URL("../docs/docker-api.md", import.meta.url)), apiDocument(ROUTES));
