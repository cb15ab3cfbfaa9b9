// Sets up the machine for a command: Node's version, npm packages, Debian packages. Plain Node: it runs before anything is installed.
// Installs Debian packages only as root; otherwise it prints the one command to run. It never changes apt's configuration.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, run } from "./run-part.mjs";

/** What each command needs from Debian, and why. */
const debianPackages = {
  build: {
    "gcc-i686-linux-gnu": "compiles the agent and crun for i386",
    "libc6-dev-i386-cross": "the C library they are linked with",
    make: "builds the agent",
    patch: "Debian's changes to crun",
    python3: "compiles the Python modules of an image",
    "xz-utils": "unpacks sources and packages",
    "dpkg-dev": "unpacks source packages",
    e2fsprogs: "formats the data disk's template",
    seabios: "the machine's BIOS",
    zstd: "packs the snapshot",
  },
  tests: {
    chromium: "the page's tests",
    cpio: "to check our initramfs",
    "firefox-esr": "the journeys through the page, in a second browser",
    "erofs-utils": "fsck.erofs, to check our images",
  },
  kernel: {
    bc: "the kernel's build",
    bison: "the kernel's configuration",
    flex: "the kernel's configuration",
    gcc: "the kernel's build tools",
    "libc6-dev": "the kernel's build tools",
  },
};

const staleListsMs = 24 * 3600 * 1000;

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return true;
  console.error(`Slipway needs Node 20.19 or newer; this is ${process.versions.node}.`);
  return false;
}

/** Runs `npm ci` when node_modules is missing or was made from another lockfile. */
function installNpmPackages() {
  const stamp = join(root, "node_modules", ".slipway-lockfile");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  console.log("▸ npm packages (npm ci)");
  if (run("npm", ["ci", "--no-audit", "--no-fund"]) !== 0) return false;
  writeFileSync(stamp, wanted);
  return true;
}

function missingDebianPackages(names) {
  const query = spawnSync(
    "dpkg-query",
    ["--show", "--showformat", "${db:Status-Abbrev} ${Package}\n", ...names],
    {
      encoding: "utf8",
    },
  );
  if (query.error) return undefined;
  const installed = new Set();
  for (const line of query.stdout.split("\n")) if (line.startsWith("ii")) installed.add(line.split(/\s+/)[1]);
  return names.filter((name) => !installed.has(name));
}

/** Package lists that were never read, or not lately. */
function listsAreStale(folder = "/var/lib/apt/lists") {
  try {
    const lists = readdirSync(folder).filter((name) => name.includes("_Packages"));
    return lists.every((name) => Date.now() - statSync(join(folder, name)).mtimeMs > staleListsMs);
  } catch {
    return true;
  }
}

function installDebianPackages(names) {
  const install = ["install", "--yes", "--no-install-recommends", ...names];
  console.log(`▸ Debian packages: ${names.join(" ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const update = () => {
    if (run("apt-get", ["update", "--quiet"], env) !== 0) {
      console.warn("! Not every package list could be read: going on with those that could");
    }
  };
  const updateFirst = listsAreStale();
  if (updateFirst) update();
  if (run("apt-get", install, env) === 0) return true;
  if (updateFirst) return false;
  update(); // the lists were older than the mirror
  return run("apt-get", install, env) === 0;
}

function setUpDebian(groups) {
  const wanted = groups.flatMap((group) => Object.keys(debianPackages[group]));
  const missing = missingDebianPackages(wanted);
  if (missing === undefined) {
    console.error(`Slipway is built on Debian 12, with these packages: ${wanted.join(" ")}`);
    return false;
  }
  if (missing.length === 0) return true;
  if (process.getuid?.() === 0) return installDebianPackages(missing);
  console.error("Some Debian packages are missing. Run this, then try again:\n");
  console.error(`  sudo apt-get install --no-install-recommends ${missing.join(" ")}\n`);
  for (const group of groups) {
    for (const [name, why] of Object.entries(debianPackages[group])) {
      if (missing.includes(name)) console.error(`  ${name.padEnd(22)} ${why}`);
    }
  }
  return false;
}

/** Makes everything ready; groups: "build", "tests", "kernel". Exits with 1 when it cannot. */
export function setUp(...groups) {
  if (!(checkNode() && setUpDebian(groups) && installNpmPackages())) process.exit(1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const asked = process.argv.slice(2).map((argument) => argument.replace(/^--/, ""));
  const unknown = asked.filter((group) => !(group in debianPackages));
  if (unknown.length > 0) {
    console.error(`Usage: node scripts/setup.mjs [--tests] [--kernel]`);
    process.exit(2);
  }
  setUp("build", ...asked.filter((group) => group !== "build"));
}
