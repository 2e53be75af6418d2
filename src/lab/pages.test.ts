import { expect, it } from "vitest";
import { pageConfig } from "./page-config.js";
import { fill } from "./pages.js";

const config = (treePath: string) =>
  pageConfig({ version: "1", jupyterLabVersion: "4", root: "/", treePath, workspace: "default" });

it("no path can end the script element that carries it", () => {
  const page = fill("<!-- config -->", config("</script><script>alert(1)//$&"));
  expect(page.match(/<\/script>/g)).toHaveLength(1);
  const json = page.replace(/^<script[^>]*>|<\/script>$/g, "");
  expect(JSON.parse(json).treePath).toBe("</script><script>alert(1)//$&");
});

it("carries no token", () => {
  expect(Object.keys(config(""))).not.toContain("token");
});
