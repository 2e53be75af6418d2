/**
 * Requests, checked once at the boundary: from the JSON of a socket to a typed message.
 *
 * Optional fields get the specification's defaults. Unknown fields are ignored, unknown message
 * types are for the caller to log.
 */
import * as v from "valibot";
import type { Message, MessageOf, MessageType } from "./messages.js";
import type { RawMessage } from "./wire.js";

const json = v.record(v.string(), v.unknown());
const count = v.pipe(v.number(), v.integer());
const position = { code: v.string(), cursor_pos: v.pipe(count, v.minValue(0)) };

const schemas = {
  kernel_info_request: v.object({}),
  execute_request: v.object({
    code: v.string(),
    silent: v.optional(v.boolean(), false),
    store_history: v.optional(v.boolean(), true),
    user_expressions: v.optional(v.nullable(v.record(v.string(), v.string())), {}),
    allow_stdin: v.optional(v.boolean(), true),
    stop_on_error: v.optional(v.boolean(), true),
  }),
  complete_request: v.object(position),
  inspect_request: v.object({
    ...position,
    detail_level: v.optional(v.picklist([0, 1]), 0),
  }),
  is_complete_request: v.object({ code: v.string() }),
  history_request: v.object({
    output: v.optional(v.boolean(), false),
    raw: v.optional(v.boolean(), true),
    hist_access_type: v.picklist(["tail", "range", "search"]),
    session: v.optional(count, 0),
    start: v.optional(v.nullable(count), 0),
    stop: v.optional(v.nullable(count)),
    n: v.optional(v.nullable(count)),
    pattern: v.optional(v.nullable(v.string()), "*"),
    unique: v.optional(v.boolean(), false),
  }),
  comm_info_request: v.object({ target_name: v.optional(v.nullable(v.string())) }),
  comm_open: v.object({
    comm_id: v.string(),
    target_name: v.string(),
    data: v.optional(json, {}),
  }),
  comm_msg: v.object({ comm_id: v.string(), data: v.optional(json, {}) }),
  comm_close: v.object({ comm_id: v.string(), data: v.optional(json, {}) }),
  shutdown_request: v.object({ restart: v.optional(v.boolean(), false) }),
  interrupt_request: v.object({}),
  input_reply: v.object({ value: v.string() }),
} satisfies { readonly [T in MessageType]?: unknown };

export type RequestType = keyof typeof schemas;
export type Request = Extract<Message, { readonly type: RequestType }>;
export type ParsedRequest =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly reason: string };

export const isRequestType = (type: string): type is RequestType => Object.hasOwn(schemas, type);

/** The request, or what is wrong with its content. @throws nothing. */
export function parseRequest(type: RequestType, raw: RawMessage): ParsedRequest {
  const result = v.safeParse(schemas[type], raw.content);
  if (!result.success) {
    const [issue] = result.issues;
    return { ok: false, reason: `${type}.${v.getDotPath(issue) ?? ""}: ${issue.message}` };
  }
  const { header, parentHeader, metadata, buffers } = raw;
  const request = { type, header, parentHeader, metadata, buffers, content: result.output };
  return { ok: true, request: request as MessageOf<RequestType> as Request };
}
