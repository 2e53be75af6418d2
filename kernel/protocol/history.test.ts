import { appendFileSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { History } from "./history.js";
import type { HistoryRequest } from "./messages.js";

let path = "";
const log: string[] = [];
const open = () => new History(path, (text) => log.push(text));
const query = (history: History, request: Partial<HistoryRequest>) =>
  history
    .query({ output: false, raw: true, hist_access_type: "tail", ...request })
    .map(([session, line, value]) => `${session}/${line} ${String(value)}`);

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "curvlab-history-")), "deep", "history.jsonl");
  log.length = 0;
});

describe("History", () => {
  it("numbers its sessions and finds them by number, and counted back", () => {
    const first = open();
    first.add(1, "a");
    first.add(2, "b");
    first.close();
    const second = open();
    second.add(1, "c");
    expect(query(second, { hist_access_type: "range", session: 0 })).toEqual(["2/1 c"]);
    expect(query(second, { hist_access_type: "range", session: -1, start: 2 })).toEqual(["1/2 b"]);
    expect(query(second, { hist_access_type: "range", session: 1, stop: 2 })).toEqual(["1/1 a"]);
    expect(query(second, { n: 2 })).toEqual(["1/2 b", "2/1 c"]);
    expect(query(second, { n: 0 })).toEqual([]);
    expect(query(second, { hist_access_type: "search", n: 0 })).toEqual([]);
  });

  it("takes a search pattern's other characters as they are", () => {
    const history = open();
    for (const [i, code] of ["f(x) + [1]", "f(y)\n+ [1]", "g"].entries()) history.add(i + 1, code);
    expect(query(history, { hist_access_type: "search", pattern: "f(?)*[1]" }).length).toBe(2);
    expect(query(history, { hist_access_type: "search", pattern: "f(x)" })).toEqual([]);
  });

  it("belongs to its owner alone", () => {
    const history = open();
    history.add(1, "secret");
    history.close();
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it("skips lines that are no history, such as a half-written last one", () => {
    const history = open();
    history.add(1, "whole");
    history.close();
    appendFileSync(path, '{"session":1,"line":2,"inp');
    expect(query(open(), {})).toEqual(["1/1 whole"]);
  });

  it("loses no line to one that was half-written before it", () => {
    const first = open();
    first.add(1, "whole");
    first.close();
    for (const half of ['{"session":1,"line":2,"inp', '{"session":2,"cla']) {
      appendFileSync(path, half);
      const next = open();
      next.add(1, "next");
      next.close();
    }
    expect(query(open(), {})).toEqual(["1/1 whole", "2/1 next", "3/1 next"]);
  });

  it("numbers the sessions of kernels that run at once, each its own", () => {
    const kernels = Array.from({ length: 4 }, open);
    for (const kernel of kernels) query(kernel, {}); // each has read the file
    for (const line of [1, 2]) {
      for (const [i, kernel] of kernels.entries()) kernel.add(line, `kernel ${i}`);
    }
    for (const kernel of kernels) kernel.close();
    for (const [i, kernel] of kernels.entries()) {
      const own = query(kernel, { hist_access_type: "range", session: 0 });
      expect(own).toEqual([`${i + 1}/1 kernel ${i}`, `${i + 1}/2 kernel ${i}`]);
    }
    const fifth = open();
    const last = query(fifth, { hist_access_type: "range", session: -1 });
    expect(last).toEqual(["4/1 kernel 3", "4/2 kernel 3"]);
  });

  it("takes no number of a session that ran nothing", () => {
    for (const line of [1, 2]) query(open(), { n: line });
    const history = open();
    history.add(1, "a");
    expect(query(history, {})).toEqual(["1/1 a"]);
  });

  it("keeps the newer half when it has grown too long", () => {
    const history = open();
    history.add(1, "x");
    history.close();
    const line = (n: number) => JSON.stringify({ session: 1, line: n, input: `${n}` });
    writeFileSync(path, Array.from({ length: 20_001 }, (_, i) => line(i)).join("\n"));
    expect(query(open(), { n: 1 })).toEqual(["1/20000 20000"]);
    expect(readFileSync(path, "utf8").trim().split("\n").length).toBe(10_000);
  });

  it("says once that it cannot be kept, and goes on in memory", () => {
    const file = join(mkdtempSync(join(tmpdir(), "curvlab-history-")), "file");
    writeFileSync(file, "in the way of a folder");
    path = join(file, "history.jsonl");
    const history = new History(path, (text) => log.push(text));
    expect(() => history.add(1, "a")).not.toThrow();
    history.add(2, "b");
    expect(query(history, {})).toEqual(["1/1 a", "1/2 b"]);
    expect(log.length).toBeGreaterThan(0);
  });
});
