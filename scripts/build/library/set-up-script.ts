// The script that sets packages up inside an image: what `dpkg --configure -a` does, then what would differ from build to build is removed.

const tidy = [
  "rm -rf /var/cache/ldconfig/aux-cache /var/cache/apt/*.bin /var/lib/apt/lists/* /tmp/* /var/tmp/*",
  "rm -f /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/dpkg.log /var/log/alternatives.log /var/log/bootstrap.log",
  "rm -f /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /etc/machine-id /var/log/apt/*",
];

/** Shell text; it fails as soon as one of its commands does. */
export function setUpScript(commands: readonly string[]): string {
  return ["set -e", "cd /", "dpkg --configure --pending", ...commands, ...tidy, ""].join("\n");
}
