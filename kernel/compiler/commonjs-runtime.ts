/** Names that compiled code finds in its scope: what `commonjs.ts` writes and the runner passes. */
export const RUNTIME = {
  guard: "__curvlab_guard",
  stop: "__curvlab_stop",
  import: "__curvlab_import",
  meta: "__curvlab_meta",
  /** For static imports; `require` itself is left to the user. */
  require: "__curvlab_require",
} as const;
