// How much a browser lets this page keep. What browsers estimate is not that: Chromium says 10 GiB whatever it allows, so that sites cannot tell
// computers apart. A file that is made longer, and not written to, is counted by all of them at once.

/** Whether `bytes` more have room in `directory`. */
export async function hasRoom(directory: FileSystemDirectoryHandle, bytes: number): Promise<boolean> {
  const name = "room";
  const file = await directory.getFileHandle(name, { create: true });
  const access = await file.createSyncAccessHandle();
  try {
    access.truncate(Math.ceil(bytes));
    if (access.getSize() >= bytes) return true;
    // A private window of Chromium has its files in memory, which cannot be that long: here its estimate is all there is.
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return bytes <= quota - usage;
  } catch {
    return false;
  } finally {
    access.truncate(0);
    access.close();
    await directory.removeEntry(name).catch(() => {});
  }
}
