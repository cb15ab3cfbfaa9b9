// `--user`: names and numbers looked up in the image's own /etc/passwd and /etc/group (passwd(5), group(5)).

import { EngineError } from "../../base/errors.ts";

export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
}

/** What to resolve; the files are undefined where the image has none. */
export interface UserLookup {
  /** `""`, `1000`, `nobody`, `www-data:adm`, `0:0` */
  readonly user: string;
  /** `--group-add`: names or numbers. */
  readonly groupAdd: readonly string[];
  readonly passwd: string | undefined;
  readonly group: string | undefined;
}

const NUMBER = /^\d{1,10}$/;
const LARGEST_ID = 2 ** 31 - 1;

/** True when the answer does not depend on the image's files: nobody, root by number, or numbers alone. */
export function isPlainUser(user: string, groupAdd: readonly string[]): boolean {
  return /^(0?|\d{1,10}:\d{1,10})$/.test(user) && groupAdd.every((group) => NUMBER.test(group));
}

/** Throws EngineError("invalid-argument") in Docker's words. */
export function lookUpUser(lookup: UserLookup): ProcessUser {
  const colon = lookup.user.indexOf(":");
  const userPart = colon < 0 ? lookup.user : lookup.user.slice(0, colon);
  const groupPart = colon < 0 ? "" : lookup.user.slice(colon + 1);
  const groups = entriesOf(lookup.group);
  const entry = entriesOf(lookup.passwd).find(
    ([name, , uid]) =>
      name === (userPart || "root") ||
      (NUMBER.test(userPart || "0") && Number(uid) === Number(userPart || "0")),
  );
  if (!entry && userPart !== "" && !NUMBER.test(userPart))
    throw new EngineError(
      "invalid-argument",
      `unable to find user ${userPart}: no matching entries in passwd file`,
    );
  const uid = checkId(Number(entry?.[2] ?? (userPart || "0")), "uids");
  let gid = Number(entry?.[3] ?? 0);
  let additional: number[] = [];
  if (groupPart !== "") gid = groupId(groupPart, groups);
  else if (entry)
    additional = groups
      .filter(([, , , members = ""]) => members.split(",").includes(entry[0] ?? ""))
      .map(([, , id]) => Number(id));
  for (const group of lookup.groupAdd) additional.push(groupId(group, groups));
  return { uid, gid: checkId(gid, "gids"), additionalGids: [...new Set(additional.filter(isId))] };
}

function groupId(group: string, groups: readonly string[][]): number {
  const entry = groups.find(([name, , gid]) => name === group || (NUMBER.test(group) && gid === group));
  if (entry) return Number(entry[2]);
  if (NUMBER.test(group)) return checkId(Number(group), "gids");
  throw new EngineError(
    "invalid-argument",
    `unable to find group ${group}: no matching entries in group file`,
  );
}

function entriesOf(file: string | undefined): string[][] {
  return (file ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(":"))
    .filter(([name, , id]) => name !== undefined && id !== undefined && NUMBER.test(id));
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id <= LARGEST_ID;
}

function checkId(id: number, kind: "uids" | "gids"): number {
  if (!isId(id))
    throw new EngineError(
      "invalid-argument",
      `${kind} and gids must be in range 0-${LARGEST_ID}`.replace("gids and gids", "uids and gids"),
    );
  return id;
}
