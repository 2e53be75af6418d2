/**
 * Which of JupyterLab's extensions make curvlab's lab, and which of their plugins stay out.
 *
 * All of them sit in one chunk of their own, so that the page can show that it is loading.
 */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { captionsPlugin } from "./captions.js";
import { curvlabPlugins } from "./curvlab.js";
import { plotlyExtension } from "./plotly/extension.js";
import { resumePlugin } from "./resume.js";
import { typeColoursPlugin } from "./type-colours.js";

type Plugin = JupyterFrontEndPlugin<unknown>;

export interface Extensions {
  readonly plugins: Plugin[];
  readonly mimeExtensions: IRenderMime.IExtensionModule[];
}

export async function loadExtensions(): Promise<Extensions> {
  const modules = await Promise.all([
    import("@jupyterlab/application-extension"),
    import("@jupyterlab/apputils-extension"),
    import("@jupyterlab/cell-toolbar-extension"),
    import("@jupyterlab/celltags-extension"),
    import("@jupyterlab/codemirror-extension"),
    import("@jupyterlab/completer-extension"),
    import("@jupyterlab/console-extension"),
    import("@jupyterlab/csvviewer-extension"),
    import("@jupyterlab/docmanager-extension"),
    import("@jupyterlab/documentsearch-extension"),
    import("@jupyterlab/filebrowser-extension"),
    import("@jupyterlab/fileeditor-extension"),
    import("@jupyterlab/help-extension"),
    import("@jupyterlab/htmlviewer-extension"),
    import("@jupyterlab/imageviewer-extension"),
    import("@jupyterlab/inspector-extension"),
    import("@jupyterlab/launcher-extension"),
    import("@jupyterlab/logconsole-extension"),
    import("@jupyterlab/mainmenu-extension"),
    import("@jupyterlab/markdownviewer-extension"),
    import("@jupyterlab/markedparser-extension"),
    import("@jupyterlab/mathjax-extension"),
    import("@jupyterlab/metadataform-extension"),
    import("@jupyterlab/notebook-extension"),
    import("@jupyterlab/rendermime-extension"),
    import("@jupyterlab/running-extension"),
    import("@jupyterlab/settingeditor-extension"),
    import("@jupyterlab/shortcuts-extension"),
    import("@jupyterlab/statusbar-extension"),
    import("@jupyterlab/theme-dark-extension"),
    import("@jupyterlab/theme-light-extension"),
    import("@jupyterlab/toc-extension"),
    import("@jupyterlab/tooltip-extension"),
    import("@jupyterlab/translation-extension"),
    import("@jupyterlab/ui-components-extension"),
    import("@jupyterlab/workspaces-extension"),
  ]);
  const mime = await Promise.all([
    import("@jupyterlab/javascript-extension"),
    import("@jupyterlab/json-extension"),
  ]);
  const bundled = modules.flatMap((module) => pluginsOf(module.default));
  const renderers = mime.flatMap((module) => module.default);
  // JupyterLab looks for the mark that bundlers leave on modules before it takes the default.
  const mimeModule = { __esModule: true, default: [...renderers, plotlyExtension] };
  return {
    plugins: [...bundled.filter(({ id }) => !leftOut.has(id)), ...ours],
    mimeExtensions: [mimeModule],
  };
}

const ours: readonly Plugin[] = [
  ...curvlabPlugins,
  captionsPlugin,
  resumePlugin,
  typeColoursPlugin,
];

const leftOut: ReadonlySet<string> = new Set([
  // News and updates of JupyterLab, asked of the network: not ours to announce.
  "@jupyterlab/apputils-extension:announcements",
  "@jupyterlab/help-extension:jupyter-forum",
  // Asks the server for a list of licences that only Python's builds have.
  "@jupyterlab/apputils-extension:licenses-client",
  "@jupyterlab/apputils-extension:licenses-plugin",
  "@jupyterlab/help-extension:licenses-commands",
  // Sets an option that this kernel manager does not have, and warns of it on every page.
  "@jupyterlab/apputils-extension:kernels-settings",
  // The page says itself that it is opening.
  "@jupyterlab/apputils-extension:splash",
  // Replaced by ours.
  "@jupyterlab/application-extension:logo",
  "@jupyterlab/help-extension:about",
  "@jupyterlab/help-extension:resources",
  // `curvlab export` does it; nbconvert is Python's.
  "@jupyterlab/notebook-extension:export",
  // Need the language server extension: the kernel knows the types.
  "@jupyterlab/notebook-extension:language-server",
  "@jupyterlab/fileeditor-extension:language-server",
]);

/** A module's default export is one plugin or a list of them. */
function pluginsOf(exported: unknown): Plugin[] {
  return (Array.isArray(exported) ? exported : [exported]) as Plugin[];
}
