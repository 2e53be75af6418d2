/** `/lab/api/translations`: the lab speaks English; JupyterLab asks all the same. */
import { json, type Route, route } from "../../server/index.js";

const english = { en: { displayName: "English", nativeName: "English" } };

export function translationsRoutes(): Route[] {
  return [
    route("GET", "/lab/api/translations", () => json({ data: english, message: "" })),
    route("GET", "/lab/api/translations/:locale", () => json({ data: {}, message: "" })),
  ];
}
