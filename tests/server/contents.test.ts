/**
 * The contents API over the real client: what JupyterLab does to files, and what remains on disk.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContentsManager, ServerConnection } from "@jupyterlab/services";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Disk, realDisk } from "../../src/server/contents/disk.js";
import { type RunningServer, startServer } from "../../src/server/index.js";

let root: string;
let state: string;
let server: RunningServer;
let contents: ContentsManager;
let disk: Disk;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "curvlab-contents-"));
  state = mkdtempSync(join(tmpdir(), "curvlab-state-"));
  disk = realDisk;
  server = await startServer({
    root,
    stateFolder: state,
    disk: { write: (place, data) => disk.write(place, data) },
  });
  contents = new ContentsManager({
    serverSettings: ServerConnection.makeSettings({ baseUrl: server.url, token: server.token }),
  });
});
afterEach(async () => {
  contents.dispose();
  await server.close();
  rmSync(root, { recursive: true });
  rmSync(state, { recursive: true });
});

const onDisk = (name: string) => readFileSync(join(root, name), "utf8");

/** A notebook as Jupyter writes it. */
const notebookText = `${JSON.stringify(
  {
    cells: [
      {
        cell_type: "code",
        execution_count: 1,
        id: "a",
        metadata: {},
        outputs: [{ name: "stdout", output_type: "stream", text: ["one\n", "two"] }],
        source: ["1 +\n", "1"],
      },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  },
  null,
  1,
)}\n`;

describe("files", () => {
  it("lists a folder", async () => {
    mkdirSync(join(root, "sub"));
    writeFileSync(join(root, "b.ipynb"), notebookText);
    writeFileSync(join(root, "a b.ts"), "1");
    const { content, type } = await contents.get("");
    expect(type).toBe("directory");
    const entries = content.map((entry: { name: string; type: string }) => [
      entry.name,
      entry.type,
    ]);
    expect(entries.sort()).toEqual([
      ["a b.ts", "file"],
      ["b.ipynb", "notebook"],
      ["sub", "directory"],
    ]);
  });

  it("saves and reads text, and bytes that are not text", async () => {
    const text = "ünïcode \u{1f600}\n";
    await contents.save("t.txt", { type: "file", format: "text", content: text });
    expect(onDisk("t.txt")).toBe(text);
    expect(await contents.get("t.txt")).toMatchObject({ content: text, format: "text" });

    const bytes = Buffer.from([0xff, 0x00, 0xfe]);
    const content = bytes.toString("base64");
    await contents.save("b.bin", { type: "file", format: "base64", content });
    expect(readFileSync(join(root, "b.bin"))).toEqual(bytes);
    expect(await contents.get("b.bin")).toMatchObject({ content, format: "base64" });
    await expect(contents.get("b.bin", { format: "text", content: true })).rejects.toThrow(
      "not UTF-8",
    );
  });

  it("refuses content that is not base64, and leaves the file", async () => {
    writeFileSync(join(root, "b.bin"), "old");
    const model = { type: "file", format: "base64", content: "!!!!" } as const;
    await expect(contents.save("b.bin", model)).rejects.toThrow("not base64");
    expect(onDisk("b.bin")).toBe("old");
  });

  it("creates, copies, renames and deletes", async () => {
    const options = [
      { type: "notebook" },
      { type: "notebook" },
      { type: "file", ext: ".md" },
      { type: "directory" },
      { type: "directory" },
    ] as const;
    const names = [];
    for (const option of options) names.push((await contents.newUntitled({ ...option })).path);
    expect(names).toEqual([
      "Untitled.ipynb",
      "Untitled1.ipynb",
      "untitled.md",
      "Untitled Folder",
      "Untitled Folder 1",
    ]);
    expect((await contents.copy("untitled.md", "")).path).toBe("untitled-Copy1.md");
    expect((await contents.copy("untitled-Copy1.md", "")).path).toBe("untitled-Copy2.md");
    expect((await contents.copy("untitled.md", "Untitled Folder")).path).toBe(
      "Untitled Folder/untitled.md",
    );
    await contents.rename("Untitled.ipynb", "Untitled Folder/x y.ipynb");
    await contents.delete("Untitled1.ipynb");
    await contents.delete("Untitled Folder 1");
    expect(readdirSync(root).sort()).toEqual([
      "Untitled Folder",
      "untitled-Copy1.md",
      "untitled-Copy2.md",
      "untitled.md",
    ]);
    expect(readdirSync(join(root, "Untitled Folder")).sort()).toEqual(["untitled.md", "x y.ipynb"]);
  });

  it("does not replace a file by renaming, nor delete a folder with files", async () => {
    writeFileSync(join(root, "a"), "a");
    mkdirSync(join(root, "d"));
    writeFileSync(join(root, "d", "b"), "b");
    await expect(contents.rename("a", "d/b")).rejects.toThrow("exists already");
    await expect(contents.delete("d")).rejects.toThrow("not empty");
    expect(onDisk("d/b")).toBe("b");
  });

  it("keeps a checkpoint and restores it", async () => {
    await contents.save("t.txt", { type: "file", format: "text", content: "one" });
    const { id } = await contents.createCheckpoint("t.txt");
    await contents.save("t.txt", { type: "file", format: "text", content: "two" });
    expect(await contents.listCheckpoints("t.txt")).toHaveLength(1);
    await contents.restoreCheckpoint("t.txt", id);
    expect(onDisk("t.txt")).toBe("one");
    await contents.deleteCheckpoint("t.txt", id);
    expect(await contents.listCheckpoints("t.txt")).toEqual([]);
  });

  it("tells a folder named checkpoints from the checkpoints of a file", async () => {
    mkdirSync(join(root, "model", "checkpoints"), { recursive: true });
    writeFileSync(join(root, "model", "checkpoints", "1.bin"), "");
    const { type, content } = await contents.get("model/checkpoints");
    expect([type, content.length]).toEqual(["directory", 1]);
  });

  it("puts a file that came in chunks in its place at the end only", async () => {
    const chunk = (number: number, content: string) =>
      contents.save("big.txt", { type: "file", format: "text", content, chunk: number } as never);
    await chunk(1, "one ");
    await chunk(2, "two ");
    expect(readdirSync(root)).toEqual([]);
    await chunk(-1, "three");
    expect(onDisk("big.txt")).toBe("one two three");
    expect(readdirSync(root)).toEqual(["big.txt"]);
    await expect(chunk(2, "lost")).rejects.toThrow("chunk 1 is next");
  });
});

describe("two tabs", () => {
  it("sees by the hash that another has saved", async () => {
    const model = { type: "file", format: "text", content: "one" } as const;
    const saved = await contents.save("t.txt", model);
    const mine = await contents.get("t.txt", { content: false, hash: true });
    expect(mine.hash).toBe(saved.hash);
    await contents.save("t.txt", { ...model, content: "two" });
    const now = await contents.get("t.txt", { content: false, hash: true });
    expect(now.hash).not.toBe(mine.hash);
  });

  it("saving at once leaves one version whole", async () => {
    const versions = Array.from({ length: 10 }, (_, i) => String(i).repeat(200_000));
    await Promise.all(
      versions.map((content) => contents.save("t.txt", { type: "file", format: "text", content })),
    );
    expect(versions).toContain(onDisk("t.txt"));
    expect(readdirSync(root)).toEqual(["t.txt"]);
  });
});

describe("a disk that fails", () => {
  it.each([
    ["ENOSPC", 507, "the disk is full"],
    ["EROFS", 403, "read-only"],
    ["EACCES", 403, "permission denied"],
  ])("on %s says so with status %i and keeps the old file", async (code, status, message) => {
    await contents.save("t.txt", { type: "file", format: "text", content: "old" });
    disk = { write: () => Promise.reject(Object.assign(new Error(code), { code })) };
    const saving = contents.save("t.txt", { type: "file", format: "text", content: "new" });
    await expect(saving).rejects.toMatchObject({
      response: { status },
      message: expect.stringContaining(message),
    });
    expect(onDisk("t.txt")).toBe("old");
  });
});

describe("notebooks", () => {
  it("come with texts joined and go back to the same bytes", async () => {
    writeFileSync(join(root, "n.ipynb"), notebookText);
    const { content } = await contents.get("n.ipynb");
    expect(content.cells[0].source).toBe("1 +\n1");
    expect(content.cells[0].outputs[0].text).toBe("one\ntwo");
    await contents.save("n.ipynb", { type: "notebook", format: "json", content });
    expect(onDisk("n.ipynb")).toBe(notebookText);
  });

  it("are trusted once their outputs were made here, until another hand changes them", async () => {
    writeFileSync(join(root, "n.ipynb"), notebookText);
    const read = async () => (await contents.get("n.ipynb")).content;
    const content = await read();
    expect(content.cells[0].metadata.trusted).toBe(false);
    content.cells[0].metadata.trusted = true;
    await contents.save("n.ipynb", { type: "notebook", format: "json", content });
    expect((await read()).cells[0].metadata.trusted).toBe(true);
    writeFileSync(join(root, "n.ipynb"), notebookText.replace("one", "<script>"));
    expect((await read()).cells[0].metadata.trusted).toBe(false);
  });

  it.each([
    ["cut short", notebookText.slice(0, 100), /n.ipynb is not a notebook: line \d+, column \d+/],
    ["empty", "", /the file is empty/],
    ["of another kind", "[]", /not a notebook of nbformat 4/],
    ["of version 3", '{"nbformat": 3, "worksheets": []}', /nbformat 3/],
  ])("that are %s are refused with the place", async (_, text, message) => {
    writeFileSync(join(root, "n.ipynb"), text);
    await expect(contents.get("n.ipynb")).rejects.toThrow(message);
    // It can still be opened as a text file and mended.
    const plain = await contents.get("n.ipynb", { type: "file", format: "text", content: true });
    expect(plain.content).toBe(text);
  });

  it("that break the format are saved with a message", async () => {
    const cell = { cell_type: "code", id: "a", metadata: {}, source: "1", outputs: [], tags: 1 };
    const content = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    const model = { type: "notebook", format: "json", content } as const;
    const saved = (await contents.save("n.ipynb", model)) as { message?: string };
    expect(saved.message).toMatch(/^Notebook validation failed: cells\[0\]/);
    expect(JSON.parse(onDisk("n.ipynb")).cells[0].tags).toBe(1);
  });

  it("keep their mode", async () => {
    writeFileSync(join(root, "n.ipynb"), notebookText, { mode: 0o640 });
    const { content } = await contents.get("n.ipynb");
    await contents.save("n.ipynb", { type: "notebook", format: "json", content });
    expect(statSync(join(root, "n.ipynb")).mode & 0o777).toBe(0o640);
  });
});
