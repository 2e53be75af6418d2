/**
 * A failure with an HTTP status, in the shape that Jupyter's clients read: `{message, reason}`.
 *
 * The message is a sentence for a person (JupyterLab shows it in a dialog); the reason is a short
 * fixed phrase for a program, or null. Anything else that is thrown becomes a 500 that tells
 * nothing about the server's insides.
 */
export class HttpError extends Error {
  override readonly name = "HttpError";

  constructor(
    readonly status: number,
    message: string,
    readonly reason: string | null = null,
  ) {
    super(message);
  }
}

export function badRequest(message: string, reason: string | null = null): HttpError {
  return new HttpError(400, message, reason);
}

export function notFound(message: string): HttpError {
  return new HttpError(404, message, "not found");
}
