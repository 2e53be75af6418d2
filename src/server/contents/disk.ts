/**
 * Writing files so that a failure leaves the old one, and telling the client what failed.
 *
 * The disk is handed in: tests pass one that is full.
 */
import { badRequest, HttpError, notFound } from "../http/http-error.js";
import { writeAtomic } from "./write-atomic.js";

export interface Disk {
  /** Replaces the file at once or not at all. */
  write(place: string, data: string | Uint8Array): Promise<void>;
}

export const realDisk: Disk = { write: writeAtomic };

/** An error of the file system as the client should hear it; `what` is "save a.ipynb". */
export function diskError(error: unknown, what: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const fail = (status: number, why: string) =>
    new HttpError(status, `cannot ${what}: ${why}`, String(code));
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return fail(507, "the disk is full; what was there before is unchanged");
    case "EFBIG":
      return fail(507, "the file would be larger than the system allows");
    case "EACCES":
    case "EPERM":
      return fail(403, "permission denied");
    case "EROFS":
      return fail(403, "the disk is read-only");
    case "EEXIST":
      return fail(409, "a file or folder of that name exists");
    case "ENOTEMPTY":
      return badRequest(`cannot ${what}: the folder is not empty`, "not empty");
    case "EISDIR":
      return badRequest(`cannot ${what}: it is a folder`, "invalid path");
    case "ENAMETOOLONG":
      return badRequest(`cannot ${what}: the name is too long`, "invalid path");
    case "ENOENT":
    case "ENOTDIR":
      return notFound(`cannot ${what}: no such file or folder`);
    default:
      return error;
  }
}
