/**
 * Replaces a file at once or not at all.
 *
 * The text goes to a file beside it, whole and through to the disk, and that file takes the name. A
 * write may take fewer bytes than it was given and report success, as the last one before a full
 * disk does; `FileHandle.writeFile` goes on until all are written or one fails.
 */
import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface WriteOptions {
  /** For a new file, before the umask; a file that exists keeps its own. */
  readonly mode?: number;
}

/** @throws the file system's error; what was at `place` before is unchanged then. */
export async function writeAtomic(
  place: string,
  data: string | Uint8Array,
  { mode = 0o666 }: WriteOptions = {},
): Promise<void> {
  const old = await stat(place).catch(() => undefined);
  const beside = join(dirname(place), `.curvlab-${randomUUID()}`);
  const file = await open(beside, "wx", mode);
  try {
    try {
      await file.writeFile(data);
      if (old !== undefined) {
        await file.chmod(old.mode);
        // Only root may give a file away; others own what they write already.
        if (process.getuid?.() === 0) await file.chown(old.uid, old.gid);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, place);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
