// Port 1 of v86's virtio console as a GuestPort. v86 drops input for which the guest has posted no buffer, so the virtqueue is asked
// first. Ports are announced as plain ones, not as consoles: a character device without a terminal's line discipline between.

import type { Dispose } from "../base/disposables.ts";
import type { GuestPort } from "../guest/guest-port.ts";
import type { V86Machine } from "./v86.ts";

const PORT = 1;
/** Queues: 0 and 1 of port 0, 2 and 3 for control, then two for each further port. */
const INPUT_QUEUE = 2 * PORT + 2;
const CONSOLE_PORT_EVENT = 4;

/** Before the guest's driver starts: keeps v86 from saying that a port is a console. Not needed after a restore. */
export function announcePlainPorts(machine: V86Machine): void {
  const device = machine.v86.cpu.devices.virtio_console;
  const announce = device.SendEvent.bind(device);
  device.SendEvent = (port, event, value) => {
    if (event !== CONSOLE_PORT_EVENT) announce(port, event, value);
  };
}

export class ConsolePort implements GuestPort {
  readonly #machine: V86Machine;

  constructor(machine: V86Machine) {
    this.#machine = machine;
  }

  onBytes(listener: (bytes: Uint8Array) => void): Dispose {
    this.#machine.add_listener(`virtio-console${PORT}-output-bytes`, listener);
    return () => this.#machine.remove_listener(`virtio-console${PORT}-output-bytes`, listener);
  }

  send(bytes: Uint8Array): boolean {
    const queue = this.#machine.v86.cpu.devices.virtio_console.virtio.queues[INPUT_QUEUE];
    if (!queue?.is_configured() || !queue.has_request()) return false;
    this.#machine.bus.send(`virtio-console${PORT}-input-bytes`, bytes);
    return true;
  }
}
