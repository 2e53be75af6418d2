/**
 * The part of Jasmine that tfjs-core's tests use: suites are collected, then run one after the other.
 */
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";

const require = createRequire(import.meta.url);
const root = { name: "", parent: undefined, tests: [], suites: [], hooks: hooks() };
let current = root;
let spies = [];

function hooks() {
  return { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] };
}

function describe(name, body) {
  const suite = { name, parent: current, tests: [], suites: [], hooks: hooks() };
  current.suites.push(suite);
  current = suite;
  body();
  current = suite.parent;
}

export function installGlobals() {
  const it = (name, body) => current.tests.push({ name, body });
  const ignore = () => {};
  const hook = (kind) => (body) => current.hooks[kind].push(body);
  Object.assign(globalThis, {
    // jasmine_util asks for Jasmine itself and sets its timeout; nothing else of it is used.
    require: (name) => (name.startsWith("jasmine") ? { core: () => ({}) } : require(name)),
    describe,
    it,
    expect,
    expectAsync,
    spyOn,
    xit: ignore,
    xdescribe: ignore,
    fail: (reason) => assert(false, reason),
    beforeAll: hook("beforeAll"),
    beforeEach: hook("beforeEach"),
    afterEach: hook("afterEach"),
    afterAll: hook("afterAll"),
    jasmine: { createSpy: () => makeSpy(ignore), DEFAULT_TIMEOUT_INTERVAL: 5000 },
  });
}

/** Runs everything; `report` is told the full name of each test and its error, if it has one. */
export async function runAll(report, suite = root, path = "", around = []) {
  const outer = [...around, suite];
  for (const hook of suite.hooks.beforeAll) await call(hook);
  for (const { name, body } of suite.tests) {
    let error;
    try {
      for (const s of outer) for (const hook of s.hooks.beforeEach) await call(hook);
      await call(body);
    } catch (caught) {
      error = caught;
    }
    for (const s of [...outer].reverse()) {
      for (const hook of s.hooks.afterEach) await call(hook).catch((caught) => (error ??= caught));
    }
    for (const restore of spies) restore();
    spies = [];
    report(`${path}${name}`, error);
  }
  for (const inner of suite.suites) {
    await runAll(report, inner, `${path}${inner.name} > `, outer);
  }
  for (const hook of suite.hooks.afterAll) await call(hook);
}

async function call(body) {
  if (body.length === 0) return body();
  return new Promise((resolve, reject) => {
    const done = () => resolve();
    done.fail = reject;
    body(done);
  });
}

function assert(condition, message) {
  if (!condition) throw new Error(String(message));
}

const plain = (value) =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? [...value] : value;
const show = (value) => String(JSON.stringify(value)).slice(0, 80);

function expect(actual) {
  return { ...matchers(actual, false), not: matchers(actual, true) };
}

function matchers(actual, inverted) {
  const check = (condition, what) =>
    assert(Boolean(condition) !== inverted, `${inverted ? "not " : ""}${what}: ${show(actual)}`);
  const thrown = () => {
    try {
      actual();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const toThrow = (expected) => {
    const error = thrown();
    const fits =
      expected === undefined ||
      (expected instanceof RegExp
        ? expected.test(error?.message)
        : typeof expected === "string"
          ? error?.message === expected
          : error instanceof expected);
    check(error !== undefined && fits, `throws ${expected}, found ${error?.message}`);
  };
  return {
    toBe: (x) => check(Object.is(actual, x) || actual === x, `is ${show(x)}`),
    toEqual: (x) => check(isDeepStrictEqual(plain(actual), plain(x)), `equals ${show(x)}`),
    toBeNull: () => check(actual === null, "is null"),
    toBeUndefined: () => check(actual === undefined, "is undefined"),
    toBeDefined: () => check(actual !== undefined, "is defined"),
    toBeTruthy: () => check(actual, "is truthy"),
    toBeFalsy: () => check(!actual, "is falsy"),
    toBeTrue: () => check(actual === true, "is true"),
    toBeFalse: () => check(actual === false, "is false"),
    toBeNaN: () => check(Number.isNaN(actual), "is NaN"),
    toBeLessThan: (x) => check(actual < x, `< ${x}`),
    toBeLessThanOrEqual: (x) => check(actual <= x, `<= ${x}`),
    toBeGreaterThan: (x) => check(actual > x, `> ${x}`),
    toBeGreaterThanOrEqual: (x) => check(actual >= x, `>= ${x}`),
    toBeCloseTo: (x, digits = 2) => check(Math.abs(actual - x) < 10 ** -digits / 2, `near ${x}`),
    toContain: (x) => check(actual.includes(x), `contains ${x}`),
    toMatch: (x) => check(new RegExp(x).test(actual), `matches ${x}`),
    toBeInstanceOf: (x) => check(actual instanceof x, `is a ${x.name}`),
    toHaveBeenCalled: () => check(actual.calls.count() > 0, "was called"),
    toHaveBeenCalledTimes: (n) => check(actual.calls.count() === n, `was called ${n} times`),
    nothing: () => {},
    toThrow,
    toThrowError: toThrow,
  };
}

function expectAsync(promise) {
  const rejected = async () => {
    const failed = await promise.then(
      () => false,
      () => true,
    );
    assert(failed, "is rejected");
  };
  return { toBeRejected: rejected, toBeRejectedWithError: rejected, toBeResolved: () => promise };
}

function makeSpy(original) {
  const calls = [];
  let act = () => undefined;
  const spy = function (...args) {
    calls.push({ args });
    return act.apply(this, args);
  };
  const become = (next) => {
    act = next;
    return spy;
  };
  spy.and = {
    callThrough: () => become(original),
    callFake: become,
    returnValue: (value) => become(() => value),
    returnValues: (...values) => become(() => values.shift()),
  };
  spy.calls = {
    count: () => calls.length,
    allArgs: () => calls.map(({ args }) => args),
    mostRecent: () => calls.at(-1),
    first: () => calls[0],
    argsFor: (i) => calls[i]?.args ?? [],
    reset: () => calls.splice(0),
  };
  return spy;
}

function spyOn(object, name) {
  const original = object[name];
  const spy = makeSpy(original);
  object[name] = spy;
  spies.push(() => {
    object[name] = original;
  });
  return spy;
}
