/**
 * Trusted HTML that must survive sanitising: it waits in a slot while the rest is cleaned.
 *
 * Mathematics and highlighted code are made by us, and hold markup (MathML, inline styles) that a
 * sanitiser would take apart. A document that forges a slot only repeats what it holds already.
 */
import { sanitizeHtml } from "./sanitize.js";

export class Slots {
  private readonly contents: string[] = [];

  /** Keeps the HTML and returns an element that stands for it. */
  put(html: string, element: "span" | "div"): string {
    this.contents.push(html);
    return `<${element} data-slot="${this.contents.length - 1}"></${element}>`;
  }

  /** Cleans everything but the slots, then fills them. */
  sanitize(html: string): string {
    return sanitizeHtml(html).replace(
      /<(span|div) data-slot="(\d+)"><\/\1>/g,
      (_, __, index: string) => this.contents[Number(index)] ?? "",
    );
  }
}
