/**
 * Reading a request's body: never more than the limit, and JSON with the place of its faults.
 *
 * The limit holds for what arrives, not for what Content-Length promises.
 */
import type { IncomingMessage } from "node:http";
import { JsonSyntaxError, parseJson } from "../../document/json.js";
import { badRequest, HttpError } from "./http-error.js";

const MiB = 1024 * 1024;
/** What a resource other than a file's contents may be sent. */
export const DEFAULT_BODY_LIMIT = MiB;
/** A notebook with its outputs, or one chunk of an upload. */
export const CONTENTS_BODY_LIMIT = 256 * MiB;

export async function readJson(
  request: IncomingMessage,
  limit = DEFAULT_BODY_LIMIT,
): Promise<unknown> {
  const text = await readText(request, limit);
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(text);
  }
}

/** V8 names the place of only some faults: a second, slower reader finds it. */
function malformed(text: string): HttpError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      return badRequest(`the request's body is not JSON: ${error.message}`, "invalid JSON");
    }
  }
  return badRequest("the request's body is not JSON", "invalid JSON");
}

async function readText(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () =>
    new HttpError(413, `the request's body is above ${limit} bytes`, "body too large");
  if (Number(request.headers["content-length"] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed on an early return: the refusal still has to go out on this connection.
  const body: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw badRequest("the request's body is not UTF-8", "invalid JSON");
  }
}
