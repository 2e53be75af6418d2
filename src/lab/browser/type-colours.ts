/**
 * Colours for what JupyterLab's highlighting leaves plain: the names of types, and `readonly`.
 */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { EditorExtensionRegistry, IEditorExtensionRegistry } from "@jupyterlab/codemirror";
import { tags } from "@lezer/highlight";

const style = HighlightStyle.define([
  {
    tag: [tags.typeName, tags.definition(tags.typeName), tags.className],
    color: "var(--jp-mirror-editor-variable-3-color)",
  },
  {
    tag: tags.modifier,
    color: "var(--jp-mirror-editor-keyword-color)",
    fontWeight: "bold",
  },
]);

export const typeColoursPlugin: JupyterFrontEndPlugin<void> = {
  id: "curvlab:type-colours",
  description: "Colours the names of types in code.",
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (_: JupyterFrontEnd, registry: IEditorExtensionRegistry) => {
    registry.addExtension({
      name: "curvlab:type-colours",
      factory: () => EditorExtensionRegistry.createImmutableExtension(syntaxHighlighting(style)),
    });
  },
};
