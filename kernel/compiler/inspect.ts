/**
 * What stands under the cursor: its signature and documentation, as text and as Markdown.
 *
 * Inside the parentheses of a call it is the called function. Detail 1 adds the JSDoc tags and
 * where the name is declared.
 */
import type tsModule from "typescript";
import type { CellLanguageService } from "./language-service.js";
import { ts } from "./typescript.js";

export interface Inspection {
  readonly plain: string;
  readonly markdown: string;
}

export function inspect(
  languageService: CellLanguageService,
  source: string,
  cursor: number,
  detail: 0 | 1,
): Inspection | undefined {
  const { service, path, offset } = languageService.open(source);
  const at = offset + cursor;
  const before = cursor > 0 && /[\p{ID_Continue}$]/u.test(source[cursor - 1] ?? "") ? at - 1 : at;
  const info =
    service.getQuickInfoAtPosition(path, at) ?? service.getQuickInfoAtPosition(path, before);
  if (info) {
    const declared = detail === 1 ? declaredAt(service, path, info.textSpan.start) : undefined;
    return render(
      ts.displayPartsToString(info.displayParts),
      ts.displayPartsToString(info.documentation),
      detail === 1 ? (info.tags ?? []) : [],
      declared,
    );
  }
  const help = service.getSignatureHelpItems(path, at, undefined);
  const item = help?.items[help.selectedItemIndex];
  if (!item) return undefined;
  const parts = [
    ...item.prefixDisplayParts,
    ...item.parameters.flatMap((parameter, i) => [
      ...(i > 0 ? item.separatorDisplayParts : []),
      ...parameter.displayParts,
    ]),
    ...item.suffixDisplayParts,
  ];
  return render(
    ts.displayPartsToString(parts),
    ts.displayPartsToString(item.documentation),
    detail === 1 ? item.tags : [],
    undefined,
  );
}

function render(
  signature: string,
  documentation: string,
  tags: readonly tsModule.JSDocTagInfo[],
  declared: string | undefined,
): Inspection {
  const tagLines = tags.map((tag) => {
    const text = ts.displayPartsToString(tag.text);
    return text === "" ? `@${tag.name}` : `@${tag.name} ${text}`;
  });
  const rest = [documentation, tagLines.join("\n"), declared ?? ""].filter((part) => part !== "");
  return {
    plain: [signature, ...rest].join("\n\n"),
    markdown: [
      `\`\`\`typescript\n${signature}\n\`\`\``,
      ...(documentation === "" ? [] : [documentation]),
      ...(tagLines.length === 0 ? [] : [tagLines.map((line) => `- ${line}`).join("\n")]),
      ...(declared === undefined ? [] : [`*${declared}*`]),
    ].join("\n\n"),
  };
}

function declaredAt(
  service: tsModule.LanguageService,
  path: string,
  position: number,
): string | undefined {
  const [definition] = service.getDefinitionAtPosition(path, position) ?? [];
  if (!definition || /__(tslab|prev)__/.test(definition.fileName)) return undefined;
  const file = service.getProgram()?.getSourceFile(definition.fileName);
  const line = file?.getLineAndCharacterOfPosition(definition.textSpan.start).line;
  return `declared in ${definition.fileName}${line === undefined ? "" : `:${line + 1}`}`;
}
