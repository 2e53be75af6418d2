/**
 * rspack's configurations: the application, and each theme's style sheet by itself.
 *
 * JupyterLab's packages are written for webpack's module rules; each rule here says whom it serves.
 */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Configuration, type MultiStats, type RuleSetRule, rspack } from "@rspack/core";

const themes = ["@jupyterlab/theme-light-extension", "@jupyterlab/theme-dark-extension"];

/** @throws an Error with the bundler's own messages. */
export async function bundle(root: string, out: string): Promise<void> {
  const stats = await run([
    application(root, out),
    ...themes.map((theme) => themeOf(theme, root, out)),
  ]);
  const [main] = stats.stats;
  const files = main?.compilation.entrypoints.get("main")?.getFiles() ?? [];
  const template = await readFile(join(root, "src/lab/page.html"), "utf8");
  await writeFile(join(out, "index.html"), insertFiles(template, files));
}

function application(root: string, out: string): Configuration {
  return {
    ...common(root),
    name: "application",
    entry: { main: join(root, "src/lab/browser/main.ts") },
    output: {
      path: join(out, "static"),
      publicPath: "auto",
      filename: "[name].[contenthash].js",
      chunkFilename: "[id].[contenthash].js",
      cssFilename: "[name].[contenthash].css",
      cssChunkFilename: "[id].[contenthash].css",
      assetModuleFilename: "[hash][ext]",
    },
  };
}

/** The theme manager loads `<themesUrl>/PACKAGE/index.css`; the script beside it is of no use. */
function themeOf(theme: string, root: string, out: string): Configuration {
  return {
    ...common(root),
    name: theme,
    entry: { index: require.resolve(`${theme}/style/theme.css`) },
    output: {
      path: join(out, "themes", theme),
      publicPath: "auto",
      filename: "unused.js",
      cssFilename: "index.css",
      assetModuleFilename: "[hash][ext]",
    },
  };
}

const require = createRequire(import.meta.url);

function common(root: string): Configuration {
  return {
    mode: "production",
    context: root,
    target: ["web", "es2022"],
    devtool: false,
    performance: false,
    module: { rules },
    resolve: {
      extensions: [".ts", ".js", ".json"],
      extensionAlias: { ".js": [".ts", ".js"] },
      // Node's modules that JupyterLab's dependencies name and do not need in a browser.
      fallback: {
        path: require.resolve("path-browserify"),
        url: false,
        buffer: false,
        crypto: false,
        fs: false,
      },
    },
    plugins: [new rspack.DefinePlugin({ "process.env": "{}" })],
  };
}

const rules: RuleSetRule[] = [
  {
    test: /\.ts$/,
    loader: "builtin:swc-loader",
    options: { jsc: { parser: { syntax: "typescript" }, target: "es2022" } },
    type: "javascript/auto",
  },
  // Published ES modules that import without a file extension.
  { test: /\.m?js$/, resolve: { fullySpecified: false } },
  { test: /\.raw\.css$/, type: "asset/source" },
  { test: /\.css$/, exclude: /\.raw\.css$/, type: "css" },
  // Icons: text for LabIcon, a data URI for style sheets, files for FontAwesome's fonts.
  { test: /webfonts\/.*\.svg$/, type: "asset/resource" },
  { test: /\.svg$/, exclude: /webfonts/, issuer: /\.css$/, type: "asset/inline" },
  { test: /\.svg$/, exclude: /webfonts/, issuer: /\.[jt]s$/, type: "asset/source" },
  { test: /\.(png|jpe?g|gif|ico|eot|ttf|woff2?)$/, type: "asset/resource" },
  { test: /\.(md|txt)$/, type: "asset/source" },
];

function run(configurations: Configuration[]): Promise<MultiStats> {
  return new Promise((resolve, reject) => {
    const compiler = rspack(configurations);
    compiler.run((error, stats) => {
      compiler.close(() => {
        if (error) reject(error);
        else if (stats === undefined || stats.hasErrors()) {
          reject(new Error(`the bundler failed:\n${stats?.toString("errors-only")}`));
        } else resolve(stats);
      });
    });
  });
}

/** The entry's own files, in order, where the template asks for them. */
export function insertFiles(template: string, files: readonly string[]): string {
  const styles = files.filter((file) => file.endsWith(".css"));
  const scripts = files.filter((file) => file.endsWith(".js"));
  return template
    .replace(
      "<!-- styles -->",
      styles.map((file) => `<link rel="stylesheet" href="{{static}}${file}">`).join("\n"),
    )
    .replace(
      "<!-- scripts -->",
      scripts.map((file) => `<script defer src="{{static}}${file}"></script>`).join("\n"),
    );
}
