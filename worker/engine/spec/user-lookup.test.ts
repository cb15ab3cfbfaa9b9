import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EngineError } from "../../base/errors.ts";
import { isPlainUser, lookUpUser } from "./user-lookup.ts";

const passwd =
  "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33::/var/www:/usr/sbin/nologin\n# a comment\nbroken\n";
const group = "root:x:0:\nadm:x:4:www-data,other\nwww-data:x:33:\nwheel:x:10:root\n";
const look = (user: string, groupAdd: string[] = []) => lookUpUser({ user, groupAdd, passwd, group });

describe("lookUpUser()", () => {
  it("finds names, their group and the groups they are in", () => {
    expect(look("www-data")).toEqual({ uid: 33, gid: 33, additionalGids: [4] });
    expect(look("33")).toEqual({ uid: 33, gid: 33, additionalGids: [4] });
    expect(look("root")).toEqual({ uid: 0, gid: 0, additionalGids: [10] });
  });

  it("takes a group apart from the user, and numbers without entries", () => {
    expect(look("www-data:adm")).toEqual({ uid: 33, gid: 4, additionalGids: [] });
    expect(look("1000")).toEqual({ uid: 1000, gid: 0, additionalGids: [] });
    expect(look("1000:1001", ["adm", "77"])).toEqual({ uid: 1000, gid: 1001, additionalGids: [4, 77] });
  });

  it("says in Docker's words what is not there", () => {
    expect(() => look("nobody")).toThrow("unable to find user nobody: no matching entries in passwd file");
    expect(() => look("root:staff")).toThrow("unable to find group staff: no matching entries in group file");
    expect(() => look("4294967295")).toThrow("uids and gids must be in range 0-2147483647");
  });

  it("answers or throws EngineError, whatever the image's files hold", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (user, passwdText, groupText) => {
        try {
          const found = lookUpUser({ user, groupAdd: [], passwd: passwdText, group: groupText });
          expect(Number.isInteger(found.uid) && found.uid >= 0).toBe(true);
          expect(Number.isInteger(found.gid) && found.gid >= 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
    );
  });
});

describe("isPlainUser()", () => {
  it("is true for what needs no file", () => {
    expect(["", "0", "1000:1000"].every((user) => isPlainUser(user, []))).toBe(true);
    expect(["root", "1000", "1000:adm", "www-data"].some((user) => isPlainUser(user, []))).toBe(false);
    expect(isPlainUser("", ["adm"])).toBe(false);
  });
});
