import { describe, expect, it } from "vitest";
import { createMessage, newSessionId } from "./messages.js";
import { DELIMITER, decode, encode, pack, Signer, unpack, WireError } from "./wire.js";

const session = newSessionId();
const message = createMessage(
  "execute_input",
  { code: "1 + 1 // ∇", execution_count: 3 },
  { session },
);

describe("Signer", () => {
  it("signs as RFC 4231 says: HMAC-SHA-256 over the four frames joined (test case 2)", () => {
    const [header, parentHeader, metadata, content] = [
      "what do ya ",
      "want for",
      " ",
      "nothing?",
    ].map((text) => Buffer.from(text));
    const parts = {
      header: header!,
      parentHeader: parentHeader!,
      metadata: metadata!,
      content: content!,
    };
    expect(new Signer("Jefe").sign(parts)).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  it("with an empty key signs nothing and accepts anything", () => {
    const [, ...frames] = encode(message, new Signer(""));
    expect(Buffer.from(frames[0]!).toString()).toBe("");
    expect(() =>
      decode([DELIMITER, Buffer.from("x"), ...frames.slice(1)], new Signer("")),
    ).not.toThrow();
  });

  it("refuses a scheme that is no HMAC, or whose hash does not exist", () => {
    expect(() => new Signer("key", "md5")).toThrow(WireError);
    expect(() => new Signer("key", "hmac-nonsense")).toThrow();
  });
});

describe("encode and decode", () => {
  const signer = new Signer("secret");
  const identities = [Buffer.from([0, 1, 255])];

  it("are inverse, with identities and raw buffers", () => {
    const buffers = [Uint8Array.from([0, 10, 13, 255])];
    const decoded = decode(encode({ ...message, buffers }, signer, identities), signer);
    expect(decoded).toMatchObject({
      header: message.header,
      content: message.content,
      parentHeader: {},
    });
    expect(decoded.buffers.map((b) => [...b])).toEqual([[0, 10, 13, 255]]);
    expect(decoded.identities.map((b) => [...b])).toEqual([[0, 1, 255]]);
  });

  it("let a proxy pass frames on without parsing them", () => {
    const frames = encode(message, signer, identities);
    expect(pack(unpack(frames, signer), signer).map(String)).toEqual(frames.map(String));
  });

  it.each([2, 3, 4, 5])("refuse a change in signed frame %i", (frame) => {
    const frames = encode(message, signer).map((f) => Buffer.from(f));
    frames[frame] = Buffer.concat([frames[frame]!, Buffer.from(" ")]);
    expect(() => decode(frames, signer)).toThrow("the signature does not match");
  });

  it.each([
    ["no delimiter", [], /no <IDS\|MSG> among 0 frames/],
    [
      "too few frames",
      [DELIMITER, Buffer.from("")],
      /1 frames after <IDS\|MSG>, at least 5 needed/,
    ],
  ])("name what is wrong: %s", (_name, frames, error) => {
    expect(() => decode(frames, signer)).toThrow(error);
  });

  it.each([
    ["{", "{}", /header is not JSON/],
    ["[]", "{}", /header is JSON but not an object/],
    ['{"msg_id":"1","session":"2"}', "{}", /header\.msg_type is not a string/],
    ['{"msg_id":"1","session":"2","msg_type":"x"}', "7", /content is JSON but not an object/],
  ])("name the part that is wrong: header %s, content %s", (header, content, error) => {
    const parts = {
      header: Buffer.from(header),
      parentHeader: Buffer.from("{}"),
      metadata: Buffer.from("{}"),
      content: Buffer.from(content),
    };
    const frames = pack({ ...parts, identities: [], buffers: [] }, signer);
    expect(() => decode(frames, signer)).toThrow(error);
  });
});
