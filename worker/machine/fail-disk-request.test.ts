import { describe, expect, it, vi } from "vitest";
import { failDiskRequest } from "./fail-disk-request.ts";
import type { IdeDrive } from "./v86.ts";

function busyDrive(): IdeDrive {
  return {
    channel: { dma_status: 0x01 },
    status_reg: 0xd0,
    error_reg: 0,
    current_command: 0xc8,
    push_irq: vi.fn(),
    cancel_io_operations: vi.fn(),
  };
}

describe("failDiskRequest()", () => {
  it("ends a read as a medium's error, not busy, without DMA, and raises the interrupt once", () => {
    const drive = busyDrive();
    failDiskRequest(drive, "read");
    expect(drive).toMatchObject({
      status_reg: 0x41,
      error_reg: 0x40,
      current_command: -1,
      channel: { dma_status: 0 },
    });
    expect(drive.cancel_io_operations).toHaveBeenCalledOnce();
    expect(drive.push_irq).toHaveBeenCalledOnce();
  });

  it("ends a write as aborted, which the guest tries again", () => {
    const drive = busyDrive();
    failDiskRequest(drive, "write");
    expect(drive).toMatchObject({ status_reg: 0x41, error_reg: 0x04 });
  });
});
