// A batch of operations for the agent: written down here, done there in one round trip, one after another until one fails.
// Linux's numbers for mount(2) are in MOUNT_FLAGS.

import { ArgumentWriter } from "./arguments.ts";
import { OPERATIONS } from "./frames.ts";

export const MOUNT_FLAGS = {
  READ_ONLY: 1,
  NO_SUID: 2,
  NO_DEV: 4,
  NO_EXEC: 8,
  REMOUNT: 32,
  NO_ATIME: 1024,
  BIND: 4096,
  RECURSIVE: 16_384,
  PRIVATE: 1 << 18,
} as const;

/** umount2(2): detach at once, free when the last user goes. */
export const UNMOUNT_DETACH = 2;

export interface VethOperation {
  readonly hostName: string;
  readonly bridge: string;
  readonly namespacePath: string;
  readonly innerName: string;
  /** `02:42:ac:11:00:02` */
  readonly macAddress: string;
  /** `172.17.0.2/16` */
  readonly address: string;
  readonly gateway: string | undefined;
}

export class OperationBatch {
  readonly #writer = new ArgumentWriter();

  bytes(): Uint8Array {
    return this.#writer.bytes();
  }

  #op(name: keyof typeof OPERATIONS): ArgumentWriter {
    return this.#writer.u8(OPERATIONS[name]);
  }

  makeDirectory(path: string, mode = 0o755): this {
    this.#op("MKDIR").str(path).u32(mode);
    return this;
  }

  write(path: string, content: string | Uint8Array, mode = 0o644): this {
    this.#op("WRITE").str(path).u32(mode).str(content);
    return this;
  }

  read(root: string, path: string, limitBytes: number): this {
    this.#op("READ").str(root).str(path).u32(limitBytes);
    return this;
  }

  readIfThere(root: string, path: string, limitBytes: number): this {
    this.#op("READ_IF_THERE").str(root).str(path).u32(limitBytes);
    return this;
  }

  removeTree(path: string): this {
    this.#op("REMOVE_TREE").str(path);
    return this;
  }

  mount(source: string, target: string, type: string, flags = 0, data = ""): this {
    this.#op("MOUNT").str(source).str(target).str(type).u32(flags).str(data);
    return this;
  }

  unmount(target: string, flags = 0): this {
    this.#op("UNMOUNT").str(target).u32(flags);
    return this;
  }

  symlink(target: string, path: string): this {
    this.#op("SYMLINK").str(target).str(path);
    return this;
  }

  rename(from: string, to: string): this {
    this.#op("RENAME").str(from).str(to);
    return this;
  }

  addPartition(disk: string, number: number, startByte: number, lengthBytes: number): this {
    this.#op("PARTITION_ADD").str(disk).u32(number).u64(startByte).u64(lengthBytes);
    return this;
  }

  removePartition(disk: string, number: number): this {
    this.#op("PARTITION_REMOVE").str(disk).u32(number);
    return this;
  }

  addNetworkNamespace(path: string): this {
    this.#op("NETNS_ADD").str(path);
    return this;
  }

  removeNetworkNamespace(path: string): this {
    this.#op("NETNS_REMOVE").str(path);
    return this;
  }

  addBridge(name: string, address: string): this {
    const [ip, prefixLength] = splitAddress(address);
    this.#op("BRIDGE_ADD").str(name).str(ip).u32(prefixLength);
    return this;
  }

  removeLink(name: string): this {
    this.#op("LINK_REMOVE").str(name);
    return this;
  }

  /** A pair with one end in the namespace, which is up. */
  addVeth(hostName: string, namespacePath: string, innerName: string): this {
    this.#op("VETH_ADD").str(hostName).str(namespacePath).str(innerName);
    return this;
  }

  /** Joins a pair with its bridge, gives the inner end its addresses, and takes both up. */
  configureVeth(veth: VethOperation): this {
    const [ip, prefixLength] = splitAddress(veth.address);
    this.#op("VETH_CONFIGURE")
      .str(veth.hostName)
      .str(veth.bridge)
      .str(veth.namespacePath)
      .str(veth.innerName)
      .str(Uint8Array.from(veth.macAddress.split(":"), (part) => Number.parseInt(part, 16)))
      .str(ip)
      .u32(prefixLength)
      .str(veth.gateway ?? "");
    return this;
  }

  addBridgePort(name: string, bridge: string): this {
    this.#op("BRIDGE_PORT_ADD").str(name).str(bridge);
    return this;
  }

  /** Nothing passes it any more. */
  closeBridgePort(name: string): this {
    this.#op("BRIDGE_PORT_CLOSE").str(name);
    return this;
  }

  kill(pid: number, signal: number): this {
    this.#op("KILL").u32(pid).u32(signal);
    return this;
  }

  setClock(unixMs: number): this {
    this.#op("SET_CLOCK")
      .u64(Math.floor(unixMs / 1000))
      .u32(Math.floor((unixMs % 1000) * 1e6));
    return this;
  }

  addEntropy(bytes: Uint8Array): this {
    this.#op("ADD_ENTROPY").str(bytes);
    return this;
  }

  stat(root: string, path: string): this {
    this.#op("STAT").str(root).str(path);
    return this;
  }

  list(path: string): this {
    this.#op("LIST").str(path);
    return this;
  }

  removeCgroup(path: string): this {
    this.#op("CGROUP_REMOVE").str(path);
    return this;
  }

  /** Makes the cgroup, with the program that says which devices it may use. */
  limitDevices(cgroup: string, program: Uint8Array): this {
    this.#op("CGROUP_DEVICES").str(cgroup).str(program);
    return this;
  }

  sync(): this {
    this.#op("SYNC");
    return this;
  }

  /** `gateway` "": no default route is left. */
  setDefaultRoute(namespacePath: string, gateway: string): this {
    this.#op("DEFAULT_ROUTE").str(namespacePath).str(gateway);
    return this;
  }

  /** Result: u64 bytes. */
  treeSize(path: string): this {
    this.#op("TREE_SIZE").str(path);
    return this;
  }

  /** Result: u64 bytes. */
  usedSpace(path: string): this {
    this.#op("USED_SPACE").str(path);
    return this;
  }

  bindConfined(root: string, path: string, target: string): this {
    this.#op("BIND_CONFINED").str(root).str(path).str(target);
    return this;
  }

  copyTree(root: string, path: string, target: string): this {
    this.#op("COPY_TREE").str(root).str(path).str(target);
    return this;
  }
}

function splitAddress(address: string): [string, number] {
  const [ip, prefixLength] = address.split("/");
  if (ip === undefined || prefixLength === undefined) throw new RangeError(`No prefix length: ${address}`);
  return [ip, Number(prefixLength)];
}
