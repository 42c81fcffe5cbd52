// Debian's packages, where this script may install them: as root, without a question asked.

import { ask, run } from "./run.mjs";

export const canInstall = () => process.getuid?.() === 0 && ask("apt-get", ["--version"]) !== undefined;

let updated = false;

/** Installs packages; false when Debian does not have them or the installation fails. */
export async function install(packages) {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  if (!updated) await run("apt-get", ["update", "-q"], { env, check: false });
  updated = true;
  const { code } = await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], { env, check: false });
  return code === 0;
}
