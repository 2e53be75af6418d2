/**
 * The front end's entry: JupyterLab with the extensions that curvlab bundles.
 *
 * The page that loads this carries its configuration (`jupyter-config-data`); everything else comes
 * from the server's API.
 */
import { JupyterLab } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import { loadExtensions } from "./extensions.js";
import "./styles.js";

async function main(): Promise<void> {
  const { plugins, mimeExtensions } = await loadExtensions();
  const lab = new JupyterLab({ mimeExtensions });
  lab.registerPlugins(plugins);
  // Browser tests drive the application by its commands.
  if (PageConfig.getOption("exposeAppInBrowser") === "true") {
    Object.assign(window, { jupyterapp: lab });
  }
  await lab.start({ bubblingKeydown: true });
  document.getElementById("curvlab-loading")?.remove();
}

main().catch((error: unknown) => {
  console.error(error);
  const place = document.getElementById("curvlab-loading");
  if (place !== null) place.textContent = `curvlab could not start: ${String(error)}`;
});
