/** Names of the versions of Vite. */
export const VITES: Readonly<Record<string, unknown>>;
/** Builds the page of `app` into `outDir`. @returns what it complains of */
export function buildWithVite(version: string, app: string, outDir: string): Promise<string[]>;
/** Serves the page of `app` as it is while it is developed. */
export function serveWithVite(
  version: string,
  app: string,
): Promise<{ url: string; complaints: readonly string[]; close(): Promise<void> }>;
/** Builds `main.js` of `app` into `outDir`. @returns what it complains of */
export function buildWithWebpack(app: string, outDir: string): Promise<string[]>;
/** Builds `main.js` of `app` into `outDir`, beside the files of the package. @returns what it complains of */
export function buildWithESBuild(app: string, outDir: string): Promise<string[]>;
