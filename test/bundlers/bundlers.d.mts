/** Names of the versions of Vite. */
export const VITES: Readonly<Record<string, unknown>>;
/** Names of the versions of esbuild. */
export const ESBUILDS: Readonly<Record<string, unknown>>;
/** The folder of the packages that pages are built with. */
export const packages: string;
/** The folder of the majors before of what imports itself by name. */
export const packagesBefore: string;
/** Names of frameworks, and of folders in consumers/. */
export const FRAMEWORK_NAMES: readonly string[];
/** Builds the page of `app` into `outDir`. @returns what it complains of */
export function buildWithVite(
  version: string,
  app: string,
  outDir: string,
  framework?: string,
): Promise<string[]>;
/** Serves the page of `app` as it is while it is developed. */
export function serveWithVite(
  version: string,
  app: string,
): Promise<{ url: string; complaints: readonly string[]; close(): Promise<void> }>;
/** Builds `main.js` of `app` into `outDir`. @returns what it complains of */
export function buildWithWebpack(app: string, outDir: string): Promise<string[]>;
/** Builds `main.js` of `app` into `outDir`, beside the files of the package. @returns what it complains of */
export function buildWithESBuild(version: string, app: string, outDir: string): Promise<string[]>;
/** Builds `app`, and renders its pages, with the Next.js of these packages. @returns what it complains of */
export function buildWithNext(app: string, packages: string): Promise<string[]>;
/** Serves `app` as it was built. */
export function serveWithNext(
  app: string,
  packages: string,
): Promise<{ url: string; close(): Promise<void> }>;
