/**
 * Opens a URL with the desktop's own program; where there is no desktop, nothing happens.
 *
 * A browser that cannot be opened is no error: the URL has been printed.
 */
import { spawn } from "node:child_process";

export function canOpenBrowser(platform = process.platform, env = process.env): boolean {
  if (platform === "darwin" || platform === "win32") return true;
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

export function openBrowser(url: string, platform = process.platform): void {
  const [command, ...args] =
    platform === "darwin"
      ? ["open", url]
      : platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : ["xdg-open", url];
  const opener = spawn(command!, args, { stdio: "ignore", detached: true });
  opener.on("error", () => undefined);
  opener.unref();
}
