// The wire between the worker and the agent, PID 1 of the guest, in one table. scripts/build prints `frames.h` from it for the C
// side, so neither side can differ.
//
// A frame is an 8-byte header and a payload, little-endian: u16 payload length, u8 type, u8 channel, u32 stream.
// Streams opened by the worker have even ids from 2 up, those opened by the guest odd ones; ids are not used again, and frames
// for a stream that is gone are dropped. Stream 0 is the connection itself.
// Channel data needs credit: each side may send `initialCredit` bytes a channel and more as CREDIT frames grant it.
// On the console's virtqueue a buffer takes `guestBufferBytes`; the worker sends no more buffers than the guest has posted.

/** Raised whenever a frame, an operation or its arguments change. */
export const PROTOCOL_VERSION = 8;

export const HEADER_BYTES = 8;
/** A frame with its header fits one write of the guest's console driver (32 KiB). */
export const MAX_PAYLOAD_BYTES = 32_768 - HEADER_BYTES;
/** One page: what the guest's driver posts. */
export const GUEST_BUFFER_BYTES = 4096;
/** Towards the worker: enough that the guest never waits for a round trip. */
export const WORKER_CREDIT_BYTES = 262_144;
/** Towards the guest, where each stream's queue costs guest memory. */
export const GUEST_CREDIT_BYTES = 65_536;
/** Arguments of one OPEN or answer of one RESULT, over all its parts. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export const FRAME_TYPES = {
  /** Both ways, stream 0: u32 protocol version; the guest answers with its own. */
  HELLO: 1,
  /** Part of the OPEN or RESULT that follows on this stream. */
  PART: 2,
  /** Opens a stream: u8 kind (STREAM_KINDS), then the kind's arguments. */
  OPEN: 3,
  /** Answer to OPEN: u32 errno (0: done), then the kind's answer, or the message of what failed. */
  RESULT: 4,
  /** Bytes of a channel. */
  DATA: 5,
  /** No more data on this channel. */
  EOF: 6,
  /** u32: that many bytes more may be sent on this channel. */
  CREDIT: 7,
  /** u8 verb (CONTROL_VERBS), then its arguments. */
  CONTROL: 8,
  /** A process ended: u32 exit code (128+n for a signal), u32 signal (0: none). Towards the guest: the command line's exit code. */
  EXIT: 9,
  /** The stream is gone; nothing follows on it. */
  CLOSE: 10,
} as const;

export const CHANNELS = {
  /** Worker to guest: a process's stdin, a connection's bytes, a caller's stdout. */
  IN: 0,
  /** Guest to worker: stdout, a connection's bytes, a caller's stdin. */
  OUT: 1,
  /** Guest to worker: stderr. */
  ERR: 2,
  /** Worker to guest: a caller's stderr. */
  CALLER_ERR: 3,
} as const;

/** Arguments in order. `str` is u32 length and bytes; `strs` is u32 count and that many `str`. */
export const STREAM_KINDS = {
  /** Worker: operations of OPERATIONS, one after another until one fails. Answer: `bytes` of each that has a result. */
  OPERATIONS: 1,
  /** Worker: u32 flags (SPAWN_FLAGS), u16 columns, u16 rows, str cwd, strs argv, strs env, str pid file, str console socket. Answer: u32 pid. */
  SPAWN: 2,
  /** Worker: str network namespace path ("" for the machine's), str IPv4 address or path of a Unix socket, u16 port. Answer: nothing. */
  CONNECT: 3,
  /** Worker: str root ("" for /), str path. Answer: u64 size. The file's bytes come on OUT. */
  READ_FILE: 4,
  /** Worker: str root, str path, u32 mode, u32 flags (1: fail when it exists). Bytes on IN; EXIT 0 when written, else errno. */
  WRITE_FILE: 5,
  /** Worker: str root, str path, u32 flags (1: hollow, files without their content). A tar stream of it on OUT. */
  TAR_OUT: 6,
  /** Worker: str root, str path of a directory. A tar stream on IN is extracted there; EXIT 0 when done, else errno. */
  TAR_IN: 7,
  /** Guest: a program calls the command line; its input (OUT) starts without credit: u32 flags (CALLER_FLAGS), u16 columns, u16 rows, str cwd, strs argv, strs env. */
  CALLER: 8,
  /** Guest: a connection to /run/docker.sock, both ways on IN and OUT. */
  DOCKER_SOCKET: 9,
  /**
   * Worker: str network namespace path, str IPv4 address. Sockets at port 53 of that address there, and one for other servers. Messages on OUT and IN:
   * u8 DNS_PEERS, 6 bytes of the peer (its IPv4 address and port, both big-endian; for TCP the agent's own number), u16 length, bytes.
   */
  DNS: 10,
  /** Worker: str IPv4 address, u16 port. Connections that the machine's rules lead there come as OUTSIDE from then on. Answer: nothing. */
  LISTEN_OUTSIDE: 11,
  /** Guest: a connection to the outside, both ways on IN and OUT: str IPv4 address and u16 port that it was meant for. */
  OUTSIDE: 12,
} as const;

export const DNS_PEERS = {
  /** A datagram of a client, and the answer to it. */
  UDP: 0,
  /** The same on a TCP connection, without the length in front. */
  TCP: 1,
  /** A datagram to another server, and what comes back. */
  UPSTREAM: 2,
} as const;

export const SPAWN_FLAGS = {
  TTY: 1,
  STDIN: 2,
  /** argv starts a container and ends; the process is the one whose id it wrote to the pid file. Its output before that is the error message. */
  DETACHES: 4,
  /** With TTY: the process keeps its terminal to itself and the stream ends; it is for whoever asks with TAKE_HELD. One at a time. */
  HOLD: 8,
  /** The process that is held, on its terminal, is continued if it has stopped itself; all else is for when there is none. */
  TAKE_HELD: 16,
} as const;

export const CALLER_FLAGS = { STDIN_TTY: 1, STDOUT_TTY: 2, STDERR_TTY: 4 } as const;

export const CONTROL_VERBS = {
  /** u16 columns, u16 rows. */
  RESIZE: 1,
  /** u32 signal number; to the process, or from the calling program. */
  SIGNAL: 2,
  /** u8 on: the caller's terminal in raw mode. */
  RAW_MODE: 3,
  /** u32 bitmask of signals (bit n-1 for signal n) that the caller passes on from now instead of ending. */
  CATCH_SIGNALS: 4,
} as const;

export const OPERATIONS = {
  /** str path, u32 mode: with its parents. */
  MKDIR: 1,
  /** str path, u32 mode, str bytes. */
  WRITE: 2,
  /** str root, str path, u32 limit. Result: the bytes. */
  READ: 3,
  /** Like READ, but a missing file gives an empty result: u8 found, bytes. */
  READ_IF_THERE: 4,
  /** str path: the tree, never across a mount. */
  REMOVE_TREE: 5,
  /** str source, str target, str type, u32 flags, str data. */
  MOUNT: 6,
  /** str target, u32 flags; nothing mounted there is no error. */
  UNMOUNT: 7,
  /** str target, str path. */
  SYMLINK: 8,
  /** str from, str to. */
  RENAME: 9,
  /** str disk, u32 number, u64 start byte, u64 length. */
  PARTITION_ADD: 10,
  /** str disk, u32 number. */
  PARTITION_REMOVE: 11,
  /** str path: a new network namespace, loopback up, kept by a bind mount there. */
  NETNS_ADD: 12,
  /** str path. */
  NETNS_REMOVE: 13,
  /** str name, str IPv4 address, u32 prefix length. */
  BRIDGE_ADD: 14,
  /** str name; none of that name is no error. */
  LINK_REMOVE: 15,
  /** str host name, str namespace path, str name inside: a pair; the end inside is up. */
  VETH_ADD: 16,
  /** u32 pid, u32 signal. */
  KILL: 17,
  /** u64 seconds, u32 nanoseconds since the epoch. */
  SET_CLOCK: 18,
  /** str bytes: into the kernel's random pool, then reseed. */
  ADD_ENTROPY: 19,
  /** str root, str path. Result: u8 kind (0 none, 1 file, 2 directory, 3 symlink, 4 other), u64 size, u32 mode, u64 mtime. */
  STAT: 20,
  /** str path. Result: the names, each ended by a zero byte. */
  LIST: 21,
  /** str cgroup path: kills its processes, waits for their end, removes it with those below. */
  CGROUP_REMOVE: 22,
  /** Writes back every file system. */
  SYNC: 23,
  /** str root, str path, str target directory: copies the content with owners, modes, times, links, xattrs. */
  COPY_TREE: 24,
  /** str namespace path, str gateway ("": none): the one default route there. */
  DEFAULT_ROUTE: 25,
  /** str path: u64 bytes in all files below, each counted once however many links it has; a missing path has none. */
  TREE_SIZE: 26,
  /** str root, str path, str target: binds what the path is inside root, with no link leading out, to target, which is made. */
  BIND_CONFINED: 27,
  /** str cgroup path, str eBPF program (8 bytes an instruction): decides which devices its processes may use. The directory is made when it is not there. */
  CGROUP_DEVICES: 28,
  /** str host name, str bridge, str namespace path, str name inside, str MAC (6 bytes), str address, u32 prefix length, str gateway ("" for none): both ends are up. */
  VETH_CONFIGURE: 29,
  /** str name: as a port of a bridge nothing passes it any more, and the bridge forgets who was there; no error when there is none. */
  BRIDGE_PORT_CLOSE: 30,
  /** str path. Result: u64 bytes in use on its file system. */
  USED_SPACE: 31,
  /** str name, str bridge: up, as its port. */
  BRIDGE_PORT_ADD: 32,
} as const;

export type FrameType = keyof typeof FRAME_TYPES;

export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly stream: number;
  readonly payload: Uint8Array;
}

/** Header and payload as one array. */
export function encodeFrame(type: number, channel: number, stream: number, payload: Uint8Array): Uint8Array {
  if (payload.byteLength > MAX_PAYLOAD_BYTES) throw new RangeError(`Frame of ${payload.byteLength} bytes`);
  const frame = new Uint8Array(HEADER_BYTES + payload.byteLength);
  const view = new DataView(frame.buffer);
  view.setUint16(0, payload.byteLength, true);
  view.setUint8(2, type);
  view.setUint8(3, channel);
  view.setUint32(4, stream, true);
  frame.set(payload, HEADER_BYTES);
  return frame;
}
