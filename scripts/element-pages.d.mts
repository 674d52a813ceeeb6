export function readManifest(): { modules: { declarations?: object[] }[] };
export function elementPages(manifest: object): Map<string, string>;
