/**
 * HTML that a notebook brings, made harmless: nothing runs, nothing is fetched, nothing covers the
 * page.
 *
 * DOMPurify removes what could run. The hooks below remove what could reach the network (every URL
 * that is loaded must be a `data:` picture or a place in the document; a picture from elsewhere
 * becomes a link to it) and styles that could paint over the page. The page's Content-Security-Policy
 * forbids the same a second time.
 */
import createDOMPurify, { type Config, type WindowLike } from "dompurify";
import { JSDOM } from "jsdom";

const config: Config = {
  USE_PROFILES: { html: true, svg: true, svgFilters: true },
  FORBID_TAGS: [
    ...["style", "form", "input", "button", "textarea", "select", "option", "datalist", "label"],
    ...["video", "audio", "source", "track", "picture", "map", "area", "dialog", "marquee"],
    ...["animate", "animatetransform", "animatemotion", "set", "use", "image", "feimage"],
  ],
  FORBID_ATTR: ["srcset", "background", "poster", "ping", "target", "autofocus", "usemap"],
  ALLOW_DATA_ATTR: false,
  ADD_ATTR: ["data-slot"],
};

const picture = /^data:image\/(png|jpeg|gif|webp|svg\+xml)[;,]/i;
/** Styles with a URL, an escape that could hide one, or a place outside the flow of the page. */
const unsafeStyle = /url|image-set|@|\\|expression|position|behavior|-moz-binding|z-index/i;

const window = new JSDOM("").window;
const purifier = createDOMPurify(window as unknown as WindowLike);

purifier.addHook("afterSanitizeAttributes", (element) => {
  if (element.tagName === "A" && element.hasAttribute("href")) {
    element.setAttribute("rel", "noopener noreferrer");
  }
  if (element.tagName === "IMG" && !picture.test(element.getAttribute("src") ?? "")) {
    replaceByLink(element);
  }
  if (element.tagName !== "A" && element.tagName !== "IMG") {
    for (const name of ["src", "href", "xlink:href"]) {
      if (element.hasAttribute(name) && !element.getAttribute(name)?.startsWith("#")) {
        element.removeAttribute(name);
      }
    }
  }
  for (const { name, value } of [...element.attributes]) {
    if (name !== "style" && /url\s*\(\s*["']?(?!#)/i.test(value)) element.removeAttribute(name);
  }
  if (unsafeStyle.test(element.getAttribute("style") ?? "")) element.removeAttribute("style");
});

/** Returns HTML that can stand in a page; `data-slot` elements, which hold our own, stay. */
export function sanitizeHtml(html: string): string {
  return purifier.sanitize(html, config);
}

function replaceByLink(image: Element): void {
  const source = image.getAttribute("src") ?? "";
  const text = image.getAttribute("alt") || source;
  if (!/^https?:\/\//i.test(source)) {
    image.replaceWith(text === "" ? "" : `[${text}]`);
    return;
  }
  const link = window.document.createElement("a");
  link.setAttribute("href", source);
  link.setAttribute("rel", "noopener noreferrer");
  link.textContent = text;
  image.replaceWith(link);
}
