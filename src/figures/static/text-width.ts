/**
 * How wide a text is, without a font: the advance widths of a sans serif of Helvetica's metrics.
 *
 * Plotly asks for widths to place legends and to make room for tick labels. A table makes the answer
 * the same on every machine, so that the same figure gives the same bytes; a reader's own font may
 * be somewhat wider, for which `slack` leaves room. Units: thousandths of the font size.
 * Source: the advance widths of Liberation Sans, which are those of Arial and Helvetica.
 */
const ranges: readonly { readonly first: number; readonly widths: readonly number[] }[] = [
  {
    first: 0x20,
    widths: [
      278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
      556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722,
      667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944,
      667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222,
      500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334,
      584,
    ],
  },
  {
    first: 0x391,
    widths: [
      667, 667, 551, 668, 667, 611, 722, 778, 278, 667, 668, 833, 722, 650, 778, 722, 667, 667, 618,
      611, 667, 798, 667, 835, 748, 278, 667, 578, 446, 556, 222, 547, 578, 575, 500, 557, 446, 441,
      556, 556, 222, 500, 500, 576, 500, 448, 556, 690, 569, 482, 617, 395, 547, 648, 525, 713, 781,
    ],
  },
];

const slack = 1.05;

/**
 * @example textWidth("AV", 10) // 14.007, 2 · 667/1000 · 10 · 1.05
 */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let thousandths = 0;
  for (const character of text) thousandths += advance(character.codePointAt(0) ?? 0);
  return (thousandths / 1000) * fontSize * slack * (bold ? 1.06 : 1);
}

function advance(code: number): number {
  for (const { first, widths } of ranges) {
    const width = widths[code - first];
    if (width !== undefined) return width;
  }
  // Ideographs and emoji fill a square; of the rest, a digit is a fair guess.
  return code >= 0x2e80 ? 1000 : 556;
}
