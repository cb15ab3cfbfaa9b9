// Tells the guest that a request of a disk failed. v86 knows no failing disks: without an answer the guest's driver waits half a minute
// and resets the drive, again and again. Registers as in ATA/ATAPI-6 (status, error) and the bus master's of the PIIX.

import type { IdeDrive } from "./v86.ts";

const STATUS_READY = 0x40;
const STATUS_ERROR = 0x01;
/** What cannot be corrected: the guest does not ask again. */
const ERROR_UNCORRECTABLE = 0x40;
const ERROR_ABORTED = 0x04;
const DMA_ACTIVE = 0x01;
const NO_COMMAND = -1;

/** Ends the drive's current command with an error: EIO for whoever waits for it in the guest. */
export function failDiskRequest(drive: IdeDrive, kind: "read" | "write"): void {
  drive.cancel_io_operations();
  drive.current_command = NO_COMMAND;
  drive.error_reg = kind === "read" ? ERROR_UNCORRECTABLE : ERROR_ABORTED;
  drive.status_reg = STATUS_READY | STATUS_ERROR;
  drive.channel.dma_status &= ~DMA_ACTIVE;
  drive.push_irq();
}
