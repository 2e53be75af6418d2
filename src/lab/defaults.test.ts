import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { withDefaults } from "./api/settings.js";
import { defaults } from "./defaults.js";

it.each(Object.entries(defaults))("%s has the properties that we set", (id, ours) => {
  const [name, plugin] = id.split(":");
  const path = `node_modules/${name}/schema/${plugin}.json`;
  expect(existsSync(path)).toBe(true);
  const schema = withDefaults(JSON.parse(readFileSync(path, "utf8")), ours);
  for (const [property, value] of Object.entries(ours)) {
    expect(schema.properties?.[property]?.default).toEqual(value);
  }
});

it("a default for a property that does not exist is refused", () => {
  expect(() => withDefaults({ properties: {} }, { gone: 1 })).toThrow(
    'settings: the schema has no property "gone"',
  );
});
