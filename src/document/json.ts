/**
 * JSON as Python's `json` module reads and writes it, which is how notebooks are stored.
 *
 * Jupyter writes with a one-space indent, keys sorted by code point, nothing but control characters
 * escaped, and numbers in Python's notation (`1.0`, `1e-07`), which JavaScript's cannot tell apart
 * (`1`, `1e-7`). So that reading and writing give back the same bytes, the parser remembers, for each
 * array and object, the numbers that JavaScript would print otherwise; the writer uses that text
 * while the value is still the same number. Values are plain JavaScript all the same.
 */
export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** What is wrong with a text that should be JSON, and where. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = "JsonSyntaxError";

  constructor(
    readonly problem: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(`line ${line}, column ${column}: ${problem}`);
  }
}

/** Reads a JSON text; throws a `JsonSyntaxError` that names the line and column. */
export function parseJson(text: string): JsonValue {
  return new Parser(text).document();
}

/** Writes a value as Python's `json.dumps(indent=1, sort_keys=True, ensure_ascii=False)` does. */
export function formatJson(value: JsonValue): string {
  return format(value, "\n");
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A changed copy of an object: these entries, and the number texts of the original. */
export function withEntries(
  original: { readonly [key: string]: JsonValue },
  entries: Iterable<readonly [string, JsonValue]>,
): JsonObject {
  const copy = Object.fromEntries(entries);
  const texts = numberTexts.get(original);
  if (texts !== undefined) numberTexts.set(copy, texts);
  return copy;
}

/** Container → key → the number's own text, where JavaScript would write another. */
const numberTexts = new WeakMap<object, Map<string | number, string>>();

/** A document nested deeper than this is refused before it exhausts the stack. */
const maxDepth = 1000;

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const spacePattern = /[ \t\n\r]*/y;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

class Parser {
  private position = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    if (text.startsWith("\ufeff")) this.position = 1;
  }

  document(): JsonValue {
    this.skipSpace();
    if (this.position === this.text.length) this.fail("the file is empty");
    const root: JsonValue[] = [];
    root.push(this.value(root, 0));
    this.skipSpace();
    if (this.position < this.text.length)
      this.fail(`${this.found()} after the end of the document`);
    return root[0] as JsonValue;
  }

  private value(container: object, key: string | number): JsonValue {
    const character = this.text[this.position];
    switch (character) {
      case "{":
        return this.nested(() => this.object());
      case "[":
        return this.nested(() => this.array());
      case '"':
        return this.string();
      case "t":
        return this.word("true", true);
      case "f":
        return this.word("false", false);
      case "n":
        return this.word("null", null);
      default:
        return this.number(container, key);
    }
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > maxDepth) this.fail(`nested more than ${maxDepth} levels deep`);
    const value = read();
    this.depth--;
    return value;
  }

  private object(): JsonObject {
    const object: JsonObject = {};
    this.position++;
    this.skipSpace();
    if (this.accept("}")) return object;
    for (;;) {
      if (this.text[this.position] !== '"') this.fail(`expected a key in quotes, ${this.found()}`);
      const key = this.string();
      this.skipSpace();
      if (!this.accept(":")) this.fail(`expected ":" after the key, ${this.found()}`);
      this.skipSpace();
      const value = this.value(object, key);
      // An assignment to "__proto__" would set the prototype instead of a property.
      if (key === "__proto__") {
        Object.defineProperty(object, key, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else object[key] = value;
      this.skipSpace();
      if (this.accept("}")) return object;
      if (!this.accept(",")) this.fail(`expected "," or "}", ${this.found()}`);
      this.skipSpace();
    }
  }

  private array(): JsonValue[] {
    const array: JsonValue[] = [];
    this.position++;
    this.skipSpace();
    if (this.accept("]")) return array;
    for (;;) {
      array.push(this.value(array, array.length));
      this.skipSpace();
      if (this.accept("]")) return array;
      if (!this.accept(",")) this.fail(`expected "," or "]", ${this.found()}`);
      this.skipSpace();
    }
  }

  private string(): string {
    const start = this.position++;
    let value = "";
    for (;;) {
      const plain = this.position;
      while (isPlain(this.text.charCodeAt(this.position))) this.position++;
      value += this.text.slice(plain, this.position);
      const stop = this.text[this.position];
      if (stop === '"') {
        this.position++;
        return value;
      }
      if (stop === undefined) {
        this.position = start;
        this.fail("a string that starts here is never closed");
      }
      if (stop !== "\\") this.fail("a control character inside a string (a line end must be \\n)");
      value += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text[this.position + 1] ?? "";
    if (letter === "u") {
      const digits = this.text.slice(this.position + 2, this.position + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.fail("\\u needs four hexadecimal digits");
      this.position += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const character = escapes[letter];
    if (character === undefined) this.fail(`\\${letter} is not an escape of JSON`);
    this.position += 2;
    return character;
  }

  private number(container: object, key: string | number): number {
    numberPattern.lastIndex = this.position;
    const text = numberPattern.exec(this.text)?.[0];
    if (text === undefined) this.fail(`expected a value, ${this.found()}`);
    this.position += text.length;
    const value = Number(text);
    if (pythonNumber(value) !== text) {
      const texts = numberTexts.get(container) ?? new Map<string | number, string>();
      numberTexts.set(container, texts.set(key, text));
    }
    return value;
  }

  private word<T>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.position)) this.fail(`expected a value, ${this.found()}`);
    this.position += word.length;
    return value;
  }

  private accept(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private skipSpace(): void {
    spacePattern.lastIndex = this.position;
    this.position += spacePattern.exec(this.text)?.[0].length ?? 0;
  }

  private found(): string {
    const rest = this.text.slice(this.position, this.position + 20).split("\n")[0] ?? "";
    return this.position >= this.text.length
      ? "found the end of the file"
      : `found ${JSON.stringify(rest)}`;
  }

  private fail(problem: string): never {
    const before = this.text.slice(0, this.position).split("\n");
    throw new JsonSyntaxError(problem, before.length, (before.at(-1)?.length ?? 0) + 1);
  }
}

/** Neither a quote, a backslash nor a control character; at the end of the text `code` is NaN. */
function isPlain(code: number): boolean {
  return code >= 0x20 && code !== 0x22 && code !== 0x5c;
}

function format(value: JsonValue, indent: string): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value !== "object" || value === null) return String(value);
  const texts = numberTexts.get(value);
  const inner = `${indent} `;
  const item = (entry: JsonValue, key: string | number): string => {
    const text = texts?.get(key);
    return text !== undefined && Number(text) === entry ? text : format(entry, inner);
  };
  if (Array.isArray(value)) {
    const items = value.map((entry, index) => item(entry, index));
    return items.length === 0 ? "[]" : `[${inner}${items.join(`,${inner}`)}${indent}]`;
  }
  const items = Object.keys(value)
    .sort(byCodePoint)
    .map((key) => `${JSON.stringify(key)}: ${item(value[key] as JsonValue, key)}`);
  return items.length === 0 ? "{}" : `{${inner}${items.join(`,${inner}`)}${indent}}`;
}

/** JavaScript compares UTF-16 units, Python code points: they differ beyond U+FFFF. */
function byCodePoint(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i]?.codePointAt(0) ?? 0) - (b[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * The text that Jupyter would store for this number: an integer as it is, a fraction as Python's
 * `repr`, whose exponent starts below 1e-4 and has two digits at least. NaN and the infinities are
 * no JSON, and become null as in `JSON.stringify`.
 *
 * @example pythonNumber(1e-7) // "1e-07"
 */
export function pythonNumber(value: number): string {
  if (!Number.isFinite(value)) return "null";
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  const magnitude = Math.abs(value);
  if (magnitude === 0 || (magnitude >= 1e-4 && magnitude < 1e21)) return text;
  const [mantissa = "", exponent = ""] = (text.includes("e") ? text : value.toExponential()).split(
    "e",
  );
  const digits = exponent.slice(1).padStart(2, "0");
  return `${mantissa}e${exponent.startsWith("-") ? "-" : "+"}${digits}`;
}
