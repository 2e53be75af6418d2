/**
 * Every message of the Jupyter messaging protocol that curvlab speaks, as one discriminated union.
 *
 * `ContentOf` maps a message type to its content; `MessageOf<T>` and `Message` follow from it, so
 * `switch (message.type)` narrows the content. Names are the wire's own (snake_case): these types
 * describe JSON that travels as it is. Source: jupyter-client's messaging specification, 5.5
 * (https://jupyter-client.readthedocs.io/en/latest/messaging.html).
 */
import { randomUUID } from "node:crypto";

export const PROTOCOL_VERSION = "5.5";

declare const brand: unique symbol;
export type MsgId = string & { readonly [brand]: "MsgId" };
export type SessionId = string & { readonly [brand]: "SessionId" };

export type JsonObject = { readonly [key: string]: unknown };
/** MIME type → data: text, base64 text, or JSON for `+json` types. */
export type MimeData = { readonly [mimeType: string]: unknown };

export interface Header<T extends string = string> {
  readonly msg_id: MsgId;
  readonly session: SessionId;
  readonly username: string;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly msg_type: T;
  readonly version: string;
}
export type ParentHeader = Header | { readonly [key: string]: never };

// Replies carry `status`; an error reply has the error's fields in place of the others.
export interface ErrorContent {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}
export type ErrorReply = { readonly status: "error" } & ErrorContent;
type Ok<C> = { readonly status: "ok" } & C;
export type OrError<C> = Ok<C> | ErrorReply;

export interface LanguageInfo {
  readonly name: string;
  readonly version: string;
  readonly mimetype: string;
  readonly file_extension: string;
  readonly pygments_lexer?: string;
  readonly codemirror_mode?: string | JsonObject;
  readonly nbconvert_exporter?: string;
}
export interface KernelInfo {
  readonly protocol_version: string;
  readonly implementation: string;
  readonly implementation_version: string;
  readonly language_info: LanguageInfo;
  readonly banner: string;
  readonly debugger: boolean;
  readonly supported_features: readonly string[];
  readonly help_links: readonly { readonly text: string; readonly url: string }[];
}

export interface ExecuteRequest {
  readonly code: string;
  readonly silent: boolean;
  readonly store_history: boolean;
  readonly user_expressions: { readonly [name: string]: string };
  readonly allow_stdin: boolean;
  readonly stop_on_error: boolean;
}
export interface DisplayContent {
  readonly data: MimeData;
  readonly metadata: JsonObject;
}
export type UserExpressionResult = Ok<DisplayContent> | ErrorReply;
type WithCount<C> = C & { readonly execution_count: number };
export type ExecuteReply = WithCount<
  | Ok<{
      readonly payload: readonly JsonObject[];
      readonly user_expressions: { readonly [name: string]: UserExpressionResult };
    }>
  | ErrorReply
  | ({ readonly status: "aborted" } & Partial<ErrorContent>)
>;

export interface CodePosition {
  readonly code: string;
  /** In Unicode code points, not in UTF-16 units. */
  readonly cursor_pos: number;
}
export interface TypedMatch {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly type: string;
  readonly signature?: string;
}
export interface CompleteReply {
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: { readonly _jupyter_types_experimental?: readonly TypedMatch[] };
}
export interface InspectReply extends DisplayContent {
  readonly found: boolean;
}
export type IsCompleteReply =
  | { readonly status: "complete" | "invalid" | "unknown" }
  | { readonly status: "incomplete"; readonly indent: string };

export interface HistoryRequest {
  readonly output: boolean;
  readonly raw: boolean;
  readonly hist_access_type: "tail" | "range" | "search";
  readonly session?: number;
  readonly start?: number;
  readonly stop?: number | null;
  readonly n?: number | null;
  readonly pattern?: string;
  readonly unique?: boolean;
}
/** `[session, line, input]`, or `[session, line, [input, output]]` when output was asked for. */
export type HistoryEntry = readonly [
  session: number,
  line: number,
  value: string | readonly [input: string, output: string | null],
];

export interface CommOpen {
  readonly comm_id: string;
  readonly target_name: string;
  readonly data: JsonObject;
}
export interface CommData {
  readonly comm_id: string;
  readonly data: JsonObject;
}
export interface Shutdown {
  readonly restart: boolean;
}
type Empty = { readonly [key: string]: never };

export interface ContentOf {
  // shell and control: requests and their replies
  kernel_info_request: Empty;
  kernel_info_reply: OrError<KernelInfo>;
  execute_request: ExecuteRequest;
  execute_reply: ExecuteReply;
  complete_request: CodePosition;
  complete_reply: OrError<CompleteReply>;
  inspect_request: CodePosition & { readonly detail_level: 0 | 1 };
  inspect_reply: OrError<InspectReply>;
  is_complete_request: { readonly code: string };
  is_complete_reply: IsCompleteReply | ErrorReply;
  history_request: HistoryRequest;
  history_reply: OrError<{ readonly history: readonly HistoryEntry[] }>;
  comm_info_request: { readonly target_name?: string };
  comm_info_reply: OrError<{
    readonly comms: { readonly [commId: string]: { readonly target_name: string } };
  }>;
  shutdown_request: Shutdown;
  shutdown_reply: OrError<Shutdown>; // also on iopub
  interrupt_request: Empty;
  interrupt_reply: OrError<Empty>;
  // shell and iopub
  comm_open: CommOpen;
  comm_msg: CommData;
  comm_close: CommData;
  // iopub
  status: { readonly execution_state: "starting" | "busy" | "idle" };
  execute_input: { readonly code: string; readonly execution_count: number };
  execute_result: WithCount<DisplayContent>;
  stream: { readonly name: "stdout" | "stderr"; readonly text: string };
  display_data: DisplayContent & { readonly transient: { readonly display_id?: string } };
  update_display_data: DisplayContent & { readonly transient: { readonly display_id: string } };
  clear_output: { readonly wait: boolean };
  error: ErrorContent;
  iopub_welcome: { readonly subscription: string };
  // stdin
  input_request: { readonly prompt: string; readonly password: boolean };
  input_reply: { readonly value: string };
}

export type MessageType = keyof ContentOf;
export type ReplyType = Exclude<Extract<MessageType, `${string}_reply`>, "input_reply">;

export interface MessageOf<T extends MessageType> {
  readonly type: T;
  readonly header: Header<T>;
  readonly parentHeader: ParentHeader;
  readonly metadata: JsonObject;
  readonly content: ContentOf[T];
  readonly buffers: readonly Uint8Array[];
}
export type Message = { [T in MessageType]: MessageOf<T> }[MessageType];

export const newMsgId = (): MsgId => randomUUID() as MsgId;
export const newSessionId = (): SessionId => randomUUID() as SessionId;

export interface MessageOptions {
  readonly session: SessionId;
  readonly parent?: ParentHeader;
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
  readonly username?: string;
}

/** A new message of any type: the one constructor for both sides of the wire. */
export function createMessage<T extends MessageType>(
  type: T,
  content: ContentOf[T],
  options: MessageOptions,
): MessageOf<T> {
  return {
    type,
    header: {
      msg_id: newMsgId(),
      session: options.session,
      username: options.username ?? "curvlab",
      date: new Date().toISOString(),
      msg_type: type,
      version: PROTOCOL_VERSION,
    },
    parentHeader: options.parent ?? {},
    metadata: options.metadata ?? {},
    content,
    buffers: options.buffers ?? [],
  };
}

/** A reply that reports a failure: every reply's content may be one. */
export function createErrorReply<T extends ReplyType>(
  type: T,
  error: ErrorContent,
  options: MessageOptions,
): MessageOf<T> {
  const content = { status: "error", execution_count: 0, ...error } as const;
  return createMessage<T>(type, content as ErrorReply as ContentOf[T], options);
}
