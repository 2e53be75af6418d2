/**
 * What the page tells JupyterLab about its server: the options of `PageConfig`, all strings.
 *
 * The token is not among them: the browser has a cookie that no script can read.
 */
export interface PageConfigInput {
  readonly version: string;
  readonly jupyterLabVersion: string;
  readonly root: string;
  readonly treePath: string;
  readonly workspace: string;
}

export type PageConfig = ReturnType<typeof pageConfig>;

export function pageConfig({
  version,
  jupyterLabVersion,
  root,
  treePath,
  workspace,
}: PageConfigInput) {
  return {
    appName: "curvlab",
    appNamespace: "curvlab",
    appVersion: version,
    jupyterLabVersion,
    appUrl: "/lab",
    baseUrl: "/",
    wsUrl: "",
    mode: "multiple-document",
    workspace,
    treePath,
    serverRoot: root,
    fullAppUrl: "/lab",
    fullStaticUrl: "/static/lab",
    fullTreeUrl: "/lab/tree",
    fullWorkspacesUrl: "/lab/workspaces",
    fullSettingsUrl: "/lab/api/settings",
    fullThemesUrl: "/lab/api/themes",
    themesUrl: "/lab/api/themes",
    settingsUrl: "/lab/api/settings",
    workspacesApiUrl: "/lab/api/workspaces",
    fullWorkspacesApiUrl: "/lab/api/workspaces",
    translationsApiUrl: "/lab/api/translations",
    fullTranslationsApiUrl: "/lab/api/translations",
    terminalsAvailable: "false",
    delete_to_trash: "false",
    quitButton: "false",
    buildAvailable: "false",
    buildCheck: "false",
    devMode: "false",
    exposeAppInBrowser: "true",
    // The kernel answers these while a cell runs; their "idle" is not the kernel's.
    untracked_message_types: JSON.stringify(untracked),
  };
}

const untracked = [
  "comm_info_request",
  "comm_msg",
  "complete_request",
  "history_request",
  "inspect_request",
  "interrupt_request",
  "is_complete_request",
  "kernel_info_request",
];
