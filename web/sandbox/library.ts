// The package's main entry: what `import … from "slipway"` offers.

export type { BootOptions, BootProgress, StorageReport } from "./boot-sandbox.ts";
export type { ExportOptions } from "./export-files.ts";
export { FileError, type FileErrorCode } from "./file-error.ts";
export type { DirectoryNode, FileNode, FileSystemTree, SymlinkNode } from "./file-tree.ts";
export { Sandbox } from "./sandbox.ts";
export type { SandboxListeners } from "./sandbox-events.ts";
export type { DirEnt, SandboxFiles } from "./sandbox-files.ts";
export type { SandboxProcess, SpawnOptions } from "./sandbox-process.ts";
export type { LxcContainer, SystemContainers } from "./system-containers.ts";
export type { FileWatcher, WatchListener, WatchOptions } from "./watch-files.ts";
