// Tar for the page: the engine's routes for files speak it.

export { type TarMember, tarMembers } from "../tar/read-tar.ts";
export { type TarEntry, tarEntry } from "../tar/tar-entry.ts";
export { encodeTarHeader, tarPadding, tarTrailer } from "../tar/tar-writer.ts";
