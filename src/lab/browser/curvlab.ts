/**
 * What makes this JupyterLab curvlab's: its logo and its help.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, ICommandPalette, showDialog } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { Widget } from "@lumino/widgets";

const logo: JupyterFrontEndPlugin<void> = {
  id: "curvlab:logo",
  description: "Shows curvlab's logo above the side bar.",
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    const widget = new Widget();
    widget.id = "curvlab-logo";
    const image = document.createElement("img");
    image.src = URLExt.join(PageConfig.getBaseUrl(), "kernelspecs/curvlab/logo-svg.svg");
    image.alt = "curvlab";
    widget.node.append(image);
    app.shell.add(widget, "top", { rank: 0 });
  },
};

const about: JupyterFrontEndPlugin<void> = {
  id: "curvlab:about",
  description: "Adds the help menu's entry that says what this is.",
  autoStart: true,
  optional: [IMainMenu, ICommandPalette],
  activate: (app: JupyterFrontEnd, menu: IMainMenu | null, palette: ICommandPalette | null) => {
    const command = "curvlab:about";
    app.commands.addCommand(command, { label: "About curvlab", execute: showAbout });
    menu?.helpMenu.addGroup([{ command }], 0);
    palette?.addItem({ command, category: "Help" });
  },
};

async function showAbout(): Promise<void> {
  const body = new Widget();
  const version = document.createElement("p");
  version.textContent = `Version ${PageConfig.getOption("appVersion")}, on JupyterLab ${PageConfig.getOption("jupyterLabVersion")}.`;
  const what = document.createElement("p");
  what.textContent = "A laboratory for the curvature of neural-network losses, in TypeScript.";
  body.node.append(what, version);
  await showDialog({
    title: "About curvlab",
    body,
    buttons: [Dialog.okButton({ label: "Close" })],
  });
}

export const curvlabPlugins: JupyterFrontEndPlugin<unknown>[] = [logo, about];
