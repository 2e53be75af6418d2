/**
 * Captions under figures, as on the static pages.
 *
 * A cell's metadata (`curvlab.caption`, `curvlab.alt`) come first; without them the figure's own
 * words, which are its plain text: `[Figure] caption`, then the description. The description is for
 * screen readers: it is in the page and not on the screen.
 */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { CodeCell } from "@jupyterlab/cells";
import { INotebookTracker } from "@jupyterlab/notebook";
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import { type PanelLayout, Widget } from "@lumino/widgets";
import { PLOTLY_MIME_TYPE } from "./plotly/extension.js";
import { isObject } from "./plotly/figure.js";

export const captionsPlugin: JupyterFrontEndPlugin<void> = {
  id: "curvlab:captions",
  description: "Shows the captions of figures.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_: JupyterFrontEnd, tracker: INotebookTracker) => {
    tracker.widgetAdded.connect((_, { content }) => {
      const seen = new WeakSet<CodeCell>();
      const look = () => {
        for (const cell of content.widgets) {
          if (!(cell instanceof CodeCell) || seen.has(cell)) continue;
          seen.add(cell);
          void cell.ready.then(() =>
            cell.isDisposed ? undefined : follow(cell, content.rendermime),
          );
        }
      };
      content.modelContentChanged.connect(look);
      content.modelChanged.connect(look);
      look();
    });
  },
};

interface Words {
  readonly caption: string;
  readonly alt: string;
}

/** Keeps the caption of one cell up to date with its metadata and its outputs. */
function follow(cell: CodeCell, rendermime: IRenderMimeRegistry): void {
  const { model } = cell;
  const place = new Widget();
  place.addClass("curvlab-caption");
  let shown = "";
  const update = () => {
    if (cell.isDisposed) return;
    const words = wordsOf(cell);
    const text = JSON.stringify(words);
    if (text === shown) return;
    shown = text;
    void render(words, rendermime).then((nodes) => {
      if (text === shown) place.node.replaceChildren(...nodes);
    });
  };
  const layout = cell.layout as PanelLayout;
  // Below the outputs, above the cell's footer.
  layout.insertWidget(layout.widgets.length - 1, place);
  model.metadataChanged.connect(update);
  model.outputs.changed.connect(update);
  update();
}

function wordsOf({ model }: CodeCell): Words {
  const outputs = Array.from({ length: model.outputs.length }, (_, i) => model.outputs.get(i));
  const figure = outputs.find(({ data }) =>
    Object.keys(data).some((type) => type === PLOTLY_MIME_TYPE || type.startsWith("image/")),
  );
  if (figure === undefined) return { caption: "", alt: "" };
  const notes = model.getMetadata("curvlab");
  const text = (name: "caption" | "alt") =>
    isObject(notes) && typeof notes[name] === "string" ? notes[name] : undefined;
  const own = /^\[Figure\] (?:(.*)\n)?([\s\S]*)$/.exec(String(figure.data["text/plain"] ?? ""));
  return { caption: text("caption") ?? own?.[1] ?? "", alt: text("alt") ?? own?.[2] ?? "" };
}

/** What stands below the figure: the caption to read, the description to hear. */
async function render(
  { caption, alt }: Words,
  rendermime: IRenderMimeRegistry,
): Promise<HTMLElement[]> {
  const nodes: HTMLElement[] = [];
  if (caption !== "") {
    const visible = rendermime.createRenderer("text/markdown");
    await visible.renderModel(rendermime.createModel({ data: { "text/markdown": caption } }));
    nodes.push(visible.node);
  }
  if (alt !== "") {
    const heard = document.createElement("p");
    heard.className = "curvlab-alt";
    heard.textContent = alt;
    nodes.push(heard);
  }
  return nodes;
}
