/**
 * A minus sign where a hyphen stands before a number: "-0.5" becomes "−0.5", as on Plotly's axes.
 *
 * The hyphen of a name or an exponent stays: "2-2-1", "saddle-free-newton", "1e-7".
 */
export function withMinus(text: string): string {
  return text.replace(/(?<=^|[\s([{=:,/·×])-(?=\.?\d)/g, "−");
}
