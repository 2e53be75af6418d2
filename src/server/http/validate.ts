/**
 * JSON from a client becomes a typed value here, or a 400 that names the field.
 *
 *   validate(RenameBody, {path: 3}, "PATCH contents")
 *   → 400 "PATCH contents: path: Invalid type: Expected string but received 3"
 */
import * as v from "valibot";
import { badRequest } from "./http-error.js";

export function validate<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  value: unknown,
  what: string,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const place = v.getDotPath(issue) ?? "the body";
  throw badRequest(`${what}: ${place}: ${issue.message}`, "invalid body");
}
