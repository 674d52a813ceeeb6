export function readManifest(): { modules: { path: string; declarations?: object[] }[] };
export function elementsOf(manifest: object): { tagName: string; summary?: string }[];
export function elementPages(manifest: object): Map<string, string>;
