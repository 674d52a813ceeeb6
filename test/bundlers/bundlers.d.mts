/** Builds the page of `app` into `outDir`. */
export function buildWithVite(app: string, outDir: string): Promise<void>;
/** Serves the page of `app` as it is while it is developed. */
export function serveWithVite(app: string): Promise<{ url: string; close(): Promise<void> }>;
/** Builds `main.js` of `app` into `outDir`. @throws with webpack's own words */
export function buildWithWebpack(app: string, outDir: string): Promise<void>;
