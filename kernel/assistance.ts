/** Completion and inspection: from the protocol's code points to the compiler's offsets and back. */
import type { CompilerThread } from "./compiler-thread.js";
import { toCodePoints, toUtf16 } from "./protocol/code-points.js";
import type { ContentOf, MessageOf } from "./protocol/messages.js";

export async function completeReply(
  compiler: CompilerThread,
  { code, cursor_pos }: MessageOf<"complete_request">["content"],
): Promise<ContentOf["complete_reply"]> {
  const cursor = toUtf16(code, cursor_pos);
  const { start, end, matches } = await compiler.calls.call("complete", { source: code, cursor });
  const [cursor_start, cursor_end] = [toCodePoints(code, start), toCodePoints(code, end)];
  const typed = matches.map((match) => ({ ...match, start: cursor_start, end: cursor_end }));
  return {
    status: "ok",
    matches: matches.map(({ text }) => text),
    cursor_start,
    cursor_end,
    metadata: { _jupyter_types_experimental: typed },
  };
}

export async function inspectReply(
  compiler: CompilerThread,
  { code, cursor_pos, detail_level }: MessageOf<"inspect_request">["content"],
): Promise<ContentOf["inspect_reply"]> {
  const cursor = toUtf16(code, cursor_pos);
  const request = { source: code, cursor, detail: detail_level };
  const found = await compiler.calls.call("inspect", request);
  if (!found) return { status: "ok", found: false, data: {}, metadata: {} };
  const data = { "text/plain": found.plain, "text/markdown": found.markdown };
  return { status: "ok", found: true, data, metadata: {} };
}
