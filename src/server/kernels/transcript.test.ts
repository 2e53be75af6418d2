import { expect, it } from "vitest";
import { type PackedMessage, readObject, toPart } from "./packed.js";
import { Transcript } from "./transcript.js";

const part = (type: string, parent: string, content: object = {}): PackedMessage => ({
  identities: [],
  header: toPart({ msg_id: crypto.randomUUID(), msg_type: type }),
  parentHeader: toPart({ msg_id: parent }),
  metadata: toPart({}),
  content: toPart(content),
  buffers: [],
});
const request = (id: string, cellId: string): PackedMessage => ({
  ...part("execute_request", ""),
  header: toPart({ msg_id: id, msg_type: "execute_request" }),
  metadata: toPart({ cellId }),
});

/** Runs a cell of session "page" so far: busy, input, one line. */
function running(connected: Set<string>) {
  const transcript = new Transcript((session) => connected.has(session));
  transcript.asked("page", request("r", "cell"));
  const hear = (type: string, content: object = {}) =>
    transcript.heard(part(type, "r", content), type);
  hear("status", { execution_state: "busy" });
  hear("execute_input");
  hear("stream", { text: "one" });
  return { transcript, hear, end: () => hear("status", { execution_state: "idle" }) };
}
const typesOf = (messages: readonly PackedMessage[]) =>
  messages.map(({ header }) => readObject(header).msg_type);
const cellsOf = (messages: readonly PackedMessage[]) =>
  messages.map(({ metadata }) => readObject(metadata).curvlab);

it("tells a new page nothing of cells whose page is there", () => {
  const { transcript, end } = running(new Set(["page"]));
  expect(transcript.replay()).toEqual([]);
  end();
  expect(transcript.replay()).toEqual([]);
});

it("tells a new page what a running cell has put out, and which cell it is", () => {
  const connected = new Set(["page"]);
  const { transcript } = running(connected);
  connected.delete("page");
  const told = transcript.replay();
  expect(typesOf(told)).toEqual(["status", "execute_input", "stream"]);
  expect(cellsOf(told)).toEqual([undefined, { cellId: "cell" }, undefined]);
  // It runs on: the next page is told as well.
  expect(transcript.replay()).toHaveLength(3);
});

it("tells of a cell that has ended meanwhile once", () => {
  const connected = new Set(["page"]);
  const { transcript, end } = running(connected);
  connected.delete("page");
  end();
  expect(typesOf(transcript.replay()).at(-1)).toBe("status");
  expect(transcript.replay()).toEqual([]);
});

it("names the cell on the opening message of one that starts after its page has gone", () => {
  const transcript = new Transcript(() => false);
  transcript.asked("page", request("r", "cell"));
  const opening = transcript.heard(part("execute_input", "r"), "execute_input");
  expect(readObject(opening.metadata).curvlab).toEqual({ cellId: "cell" });
});

it("forgets an untold run of a cell that is run again", () => {
  const connected = new Set<string>();
  const { transcript, end } = running(connected);
  end();
  connected.add("other");
  transcript.asked("other", request("r2", "cell"));
  expect(transcript.replay()).toEqual([]);
});
