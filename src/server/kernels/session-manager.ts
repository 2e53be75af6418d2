/**
 * Sessions: which document uses which kernel.
 *
 * A document has at most one session, and a session at most one kernel; a kernel that goes takes its
 * sessions with it. Two tabs that open the same document at once get the same session.
 */
import { randomUUID } from "node:crypto";
import { notFound } from "../http/http-error.js";
import type { Kernel, KernelModel } from "./kernel.js";
import type { KernelManager } from "./kernel-manager.js";

export interface SessionModel {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly kernel: KernelModel;
  /** Older clients read the path from here. */
  readonly notebook: { readonly path: string; readonly name: string };
}

export interface Document {
  readonly path: string;
  readonly name: string;
  readonly type: string;
}

export interface KernelChoice {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

/** Starts a kernel for a document, in the document's folder. */
export type StartKernel = (
  name: string | undefined,
  document: Pick<Document, "path" | "name">,
) => Promise<Kernel>;

interface Session {
  readonly id: string;
  document: Document;
  kernel: Kernel;
}

export class SessionManager {
  readonly #sessions = new Map<string, Session>();
  /** Path → the session that is being made, so that a second request joins the first. */
  readonly #pending = new Map<string, Promise<Session>>();

  constructor(
    private readonly kernels: KernelManager,
    private readonly startKernel: StartKernel,
  ) {}

  list(): SessionModel[] {
    return this.#living().map(modelOf);
  }

  get(id: string): SessionModel {
    return modelOf(this.#find(id));
  }

  /** `created` is false for a request that got the session of another. */
  async create(document: Document, choice: KernelChoice) {
    const existing = this.#living().find((session) => session.document.path === document.path);
    if (existing !== undefined) return { model: modelOf(existing), created: false };
    const pending = this.#pending.get(document.path);
    if (pending !== undefined) return { model: modelOf(await pending), created: false };
    const making = this.#make(document, choice);
    this.#pending.set(document.path, making);
    try {
      return { model: modelOf(await making), created: true };
    } finally {
      this.#pending.delete(document.path);
    }
  }

  /** Moves a session to another path, or gives it another kernel. */
  async update(
    id: string,
    change: Partial<Document>,
    choice?: KernelChoice,
  ): Promise<SessionModel> {
    const session = this.#find(id);
    session.document = { ...session.document, ...change };
    if (choice?.id !== undefined || choice?.name !== undefined) {
      const old = session.kernel;
      session.kernel = await this.#choose(session.document, choice);
      await this.#release(old);
    }
    return modelOf(session);
  }

  async delete(id: string): Promise<void> {
    const session = this.#find(id);
    this.#sessions.delete(id);
    await this.#release(session.kernel);
  }

  async #make(document: Document, choice: KernelChoice): Promise<Session> {
    const kernel = await this.#choose(document, choice);
    const session = { id: randomUUID(), document, kernel };
    this.#sessions.set(session.id, session);
    return session;
  }

  #choose(document: Document, { id, name }: KernelChoice): Promise<Kernel> {
    if (id !== undefined) return Promise.resolve(this.kernels.get(id));
    return this.startKernel(name, document);
  }

  /** Shuts a kernel down when no session uses it any more. */
  async #release(kernel: Kernel): Promise<void> {
    const used = this.#living().some((session) => session.kernel === kernel);
    if (!used && this.kernels.find(kernel.id) !== undefined) await this.kernels.shutdown(kernel.id);
  }

  #living(): Session[] {
    for (const [id, session] of this.#sessions) {
      if (this.kernels.find(session.kernel.id) === undefined) this.#sessions.delete(id);
    }
    return [...this.#sessions.values()];
  }

  #find(id: string): Session {
    const session = this.#living().find((candidate) => candidate.id === id);
    if (session === undefined) throw notFound(`no session has the id ${id}`);
    return session;
  }
}

function modelOf({ id, document, kernel }: Session): SessionModel {
  const { path, name } = document;
  return { id, ...document, kernel: kernel.model, notebook: { path, name } };
}
