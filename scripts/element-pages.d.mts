export function readManifest(): { modules: { path: string; declarations?: object[] }[] };
/** @throws where something that a page can use has no description, or one that does not stand by itself */
export function checkDescriptions(declaration: object): void;
export function elementsOf(manifest: object): { tagName: string; summary?: string }[];
export function elementPages(manifest: object): Map<string, string>;
