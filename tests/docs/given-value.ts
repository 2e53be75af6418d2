/**
 * The value that the comment behind an expression gives.
 *
 *   // 337                   // "text"            // [1, [2, 3], …]
 *   // -0.726862…            // true, undefined   // { value: 5, gradient: [2, 4], … }
 *
 * Words may follow behind a comma. A number is meant to rounding error; one that ends in `…` goes on,
 * so that its last digit may be rounded or cut. A list or an object that ends in `…` goes on too.
 */

export type Given =
  | { readonly kind: "number"; readonly number: number; readonly error: number }
  | { readonly kind: "atom"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly Given[]; readonly open: boolean }
  | {
      readonly kind: "record";
      readonly entries: ReadonlyMap<string, Given>;
      readonly open: boolean;
    };

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?[n…]?|-?[\p{L}\w$]+|[^\s])/uy;
const ATOMS = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["undefined", undefined],
]);

/** @throws a SyntaxError where the comment does not begin with a value. */
export function parseGiven(comment: string): Given {
  const tokens = Array.from(comment.matchAll(new RegExp(TOKEN.source, "gu")), (match) => match[1]!);
  const given = readValue(tokens);
  if (tokens.length > 0 && tokens[0] !== ",") {
    throw new SyntaxError(`a value, then words behind a comma, expected: // ${comment}`);
  }
  return given;
}

function readValue(tokens: string[]): Given {
  const token = tokens.shift() ?? "";
  if (token === "[") {
    const items: Given[] = [];
    const open = readUntil("]", tokens, () => items.push(readValue(tokens)));
    return { kind: "list", items, open };
  }
  if (token === "{") {
    const entries = new Map<string, Given>();
    const open = readUntil("}", tokens, () => {
      const name = tokens.shift()!;
      if (tokens.shift() !== ":") throw new SyntaxError(`a colon expected behind "${name}"`);
      entries.set(name, readValue(tokens));
    });
    return { kind: "record", entries, open };
  }
  if (token.startsWith('"')) return { kind: "atom", value: JSON.parse(token) };
  if (ATOMS.has(token)) return { kind: "atom", value: ATOMS.get(token) };
  if (/^\d+n$/.test(token)) return { kind: "atom", value: BigInt(token.slice(0, -1)) };
  return numberOf(token);
}

/** Reads items behind commas up to the bracket; true where `…` stands for further ones. */
function readUntil(bracket: string, tokens: string[], readItem: () => void): boolean {
  let open = false;
  while (tokens[0] !== bracket) {
    if (tokens[0] === "…") open = tokens.shift() !== undefined;
    else readItem();
    if (tokens[0] === "," && !open) tokens.shift();
    else if (tokens[0] !== bracket)
      throw new SyntaxError(`"${bracket}" expected, not "${tokens[0]}"`);
  }
  tokens.shift();
  return open;
}

function numberOf(token: string): Given {
  const [, digits, exponent = "e0", more] = /^(-?[\d.]+)(e[^n…]+)?(…?)$/.exec(token) ?? [];
  const number = Number(`${digits}${exponent}`);
  if (digits === undefined || Number.isNaN(number)) {
    throw new SyntaxError(
      `a number, string, list, object, true, false, null or undefined expected, not "${token}"`,
    );
  }
  const decimals = digits.split(".")[1]?.length ?? 0;
  const lastDigit = 10 ** (Number(exponent.slice(1)) - decimals);
  return { kind: "number", number, error: more ? lastDigit : 1e-9 * (Math.abs(number) || 1) };
}

export function agrees(given: Given, value: unknown): boolean {
  switch (given.kind) {
    case "number":
      return typeof value === "number" && Math.abs(value - given.number) <= given.error;
    case "atom":
      return Object.is(value, given.value);
    case "list": {
      if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return false;
      const items = Array.from(value as ArrayLike<unknown>);
      const all = given.open || items.length === given.items.length;
      return all && given.items.every((item, i) => i < items.length && agrees(item, items[i]));
    }
    case "record": {
      if (typeof value !== "object" || value === null) return false;
      const entries = new Map(Object.entries(value));
      const all = given.open || entries.size === given.entries.size;
      return (
        all && [...given.entries].every(([k, v]) => entries.has(k) && agrees(v, entries.get(k)))
      );
    }
  }
}
