/**
 * The Jupyter Server API in Node: what `curvlab lab` serves and `curvlab run` runs against.
 *
 *   const server = await startServer({ root: "notebooks" });
 *   … fetch(`${server.url}api/status?token=${server.token}`) …
 *   await server.close();
 */
export { type ApiRequest, type ApiResponse, html, json } from "./http/exchange.js";
export { HttpError } from "./http/http-error.js";
export { type Handler, type Params, type Route, route } from "./http/router.js";
export { isLoopback } from "./security/host.js";
export {
  PortInUseError,
  type RunningServer,
  type ServerOptions,
  startServer,
} from "./start-server.js";
