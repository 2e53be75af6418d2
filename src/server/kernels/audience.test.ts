import { expect, it } from "vitest";
import { Audience } from "./audience.js";
import { type Delivery, toPart } from "./packed.js";

const patience = { milliseconds: 60_000, bytes: 1000 };

function message(type: string, id = "1", parent = "", text = ""): Delivery["message"] {
  return {
    identities: [],
    header: toPart({ msg_id: id, msg_type: type }),
    parentHeader: toPart({ msg_id: parent }),
    metadata: toPart({}),
    content: toPart({ text }),
    buffers: [],
  };
}
const iopub = (text: string): Delivery => ({
  channel: "iopub",
  message: message("stream", "1", "", text),
});
const textsOf = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ message: { content } }) => JSON.parse(Buffer.from(content).toString()).text);

function listener() {
  const heard: Delivery[] = [];
  return { heard, deliver: (delivery: Delivery) => void heard.push(delivery) };
}

it("lets everyone hear iopub, and only the one who asked its reply", () => {
  const audience = new Audience(patience);
  const [a, b] = [listener(), listener()];
  audience.attach("a", a.deliver);
  audience.attach("b", b.deliver);
  audience.asked("a", message("execute_request", "request"));
  audience.publish(iopub("all"));
  audience.publish({ channel: "stdin", message: message("input_request", "2", "request", "ask") });
  audience.publish({ channel: "shell", message: message("execute_reply", "3", "request", "done") });
  expect(textsOf(a.heard)).toEqual(["all", "ask", "done"]);
  expect(textsOf(b.heard)).toEqual(["all"]);
});

it("keeps what a client misses while it is away, and gives it first", () => {
  const audience = new Audience(patience);
  const [before, after] = [listener(), listener()];
  audience.attach("a", before.deliver);
  audience.detach("a", before.deliver, false);
  audience.publish(iopub("one"));
  audience.publish(iopub("two"));
  expect(audience.connected).toBe(0);
  expect(audience.attach("a", after.deliver)).toBe(true);
  audience.publish(iopub("three"));
  expect(textsOf(after.heard)).toEqual(["one", "two", "three"]);
});

it("forgets a client that says goodbye", () => {
  const audience = new Audience(patience);
  const [before, after] = [listener(), listener()];
  audience.attach("a", before.deliver);
  audience.detach("a", before.deliver, true);
  audience.publish(iopub("lost"));
  expect(audience.attach("a", after.deliver)).toBe(false);
  expect(after.heard).toEqual([]);
});

it("is not confused by an old connection that closes after the new one has opened", () => {
  const audience = new Audience(patience);
  const [old, present] = [listener(), listener()];
  audience.attach("a", old.deliver);
  audience.attach("a", present.deliver);
  audience.detach("a", old.deliver, true);
  audience.publish(iopub("here"));
  expect(textsOf(present.heard)).toEqual(["here"]);
});

it("drops the oldest when too much gathers", () => {
  const audience = new Audience(patience);
  const [before, after] = [listener(), listener()];
  audience.attach("a", before.deliver);
  audience.detach("a", before.deliver, false);
  for (let i = 0; i < 20; i++) audience.publish(iopub(`${i} ${"x".repeat(100)}`));
  audience.attach("a", after.deliver);
  const kept = textsOf(after.heard).map((text) => Number.parseInt(text, 10));
  expect(kept.at(-1)).toBe(19);
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.length).toBeLessThan(10);
  expect(kept).toEqual(kept.map((_, i) => 20 - kept.length + i));
});
