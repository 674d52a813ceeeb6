export function readManifest(): { modules: { path: string; declarations?: object[] }[] };
export function elementPages(manifest: object): Map<string, string>;
