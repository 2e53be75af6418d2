import { describe, expect, it } from "vitest";
import type { JsonObject } from "../document/json.js";
import { OutputLog } from "./output-log.js";

const stream = (text: string, name = "stdout") => ({ type: "stream", content: { name, text } });
const shown = (type: string, text: string, displayId?: string) => ({
  type,
  content: {
    data: { "text/plain": text },
    metadata: {},
    ...(displayId === undefined ? {} : { transient: { display_id: displayId } as JsonObject }),
  },
});
const textsOf = (log: OutputLog, cell: number) =>
  log
    .outputsOf(cell)
    .map((output) =>
      output.type === "stream"
        ? `${output.name}:${output.text}`
        : output.type === "error"
          ? output.ename
          : output.data["text/plain"],
    );

describe("OutputLog", () => {
  it("merges consecutive pieces of one stream, and only those", () => {
    const log = new OutputLog();
    for (const message of [stream("a"), stream("b"), stream("e", "stderr"), stream("c")]) {
      log.add(0, message);
    }
    expect(textsOf(log, 0)).toEqual(["stdout:ab", "stderr:e", "stdout:c"]);
  });

  it("updates every output of a display id, in whichever cell, and adds none", () => {
    const log = new OutputLog();
    log.add(0, shown("display_data", "first", "d"));
    log.add(1, shown("display_data", "second", "d"));
    log.add(1, shown("display_data", "other", "e"));
    log.add(2, shown("update_display_data", "new", "d"));
    expect([0, 1, 2].map((cell) => textsOf(log, cell))).toEqual([["new"], ["new", "other"], []]);
  });

  it("waits with clear_output until the next output comes", () => {
    const log = new OutputLog();
    log.add(0, stream("old"));
    log.add(0, { type: "clear_output", content: { wait: true } });
    expect(textsOf(log, 0)).toEqual(["stdout:old"]);
    log.add(0, stream("new"));
    expect(textsOf(log, 0)).toEqual(["stdout:new"]);
    log.add(0, { type: "clear_output", content: { wait: false } });
    expect(textsOf(log, 0)).toEqual([]);
  });

  it("keeps neither transient data nor what is no output", () => {
    const log = new OutputLog();
    log.add(0, { type: "status", content: { execution_state: "busy" } });
    log.add(0, shown("display_data", "x", "d"));
    expect(log.outputsOf(0)).toEqual([
      { type: "display_data", data: { "text/plain": "x" }, metadata: {} },
    ]);
  });

  it("refuses a message that would not make a valid notebook", () => {
    const bad = { type: "display_data", content: { data: { "image/png": 7 }, metadata: {} } };
    expect(() => new OutputLog().add(0, bad)).toThrow(
      'the kernel\'s display_data message.data["image/png"]: expected a string',
    );
  });

  it("tells the last line printed", () => {
    const log = new OutputLog();
    log.add(0, stream("epoch 1\nepoch 2\n"));
    expect(log.lastLineOf(0)).toBe("epoch 2");
  });
});
