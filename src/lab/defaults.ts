/**
 * Where curvlab's defaults differ from JupyterLab's; a user's own settings go before both.
 *
 * Plugin → property → value. A test holds every name against the schemas of the bundle.
 */
export const defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "@jupyterlab/apputils-extension:notification": { checkForUpdates: false, fetchNews: "false" },
  // The first completion loads the types of what the notebook imports; late is better than never.
  "@jupyterlab/completer-extension:manager": { providerTimeout: 10_000 },
  "@jupyterlab/notebook-extension:tracker": {
    autoStartDefaultKernel: true,
    // Long training runs should say where they are in the toolbar.
    kernelStatus: { showOnStatusBar: true, showProgress: true },
    scrollPastEnd: false,
  },
  "@jupyterlab/filebrowser-extension:browser": {
    navigateToCurrentDirectory: true,
    showLastModifiedColumn: false,
  },
  "@jupyterlab/docmanager-extension:plugin": {
    // A Markdown file is opened to be read.
    defaultViewers: { markdown: "Markdown Preview" },
  },
};
