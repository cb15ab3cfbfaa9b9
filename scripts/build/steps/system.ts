// Step "system": the guest system with our own programs in it, as the EROFS image that the machine mounts as its root.
// Output: system.erofs.
import { chmod, cp, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildStep } from "../build-step.ts";
import { writeErofsFromFolder } from "../write-erofs-image.ts";
import { agentStep } from "./agent.ts";
import { crunStep } from "./crun.ts";
import { guestSystemStep } from "./guest-system.ts";
import { kernelStep } from "./kernel.ts";

export const systemStep: BuildStep = {
  name: "system",
  title: "the system's EROFS image",
  dependsOn: [guestSystemStep, agentStep, crunStep, kernelStep],
  async inputs({ hashFiles }) {
    return {
      code: await hashFiles(
        "scripts/build/steps/system.ts",
        "scripts/build/write-erofs-image.ts",
        "worker/erofs",
        "worker/tar",
      ),
    };
  },
  async run({ outputDir, workDir, output, run }) {
    const tree = join(workDir, "tree");
    await run("cp", ["-a", "--link", join(output(guestSystemStep), "tree"), tree]);
    const programs = { docker: output(agentStep), crun: output(crunStep) };
    for (const [name, folder] of Object.entries(programs)) {
      await cp(join(folder, name), join(tree, "usr/bin", name));
      await chmod(join(tree, "usr/bin", name), 0o755);
    }
    await cp(join(output(agentStep), "watch"), join(tree, "usr/lib/slipway/watch"));
    await chmod(join(tree, "usr/lib/slipway/watch"), 0o755);
    const version = (await readFile(join(output(kernelStep), "version"), "utf8")).trim();
    const modules = join(tree, "usr/lib/modules", version);
    await mkdir(modules, { recursive: true });
    await cp(join(output(kernelStep), "on-demand"), modules, { recursive: true });
    await writeErofsFromFolder(tree, join(outputDir, "system.erofs"));
  },
};
