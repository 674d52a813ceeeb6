export interface StaticServer {
  readonly url: string;
  /** Paths asked for since the start. */
  readonly requests: string[];
  close(): Promise<void>;
}

export function serve(options: {
  readonly roots: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pages?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly host?: string;
}): Promise<StaticServer>;
