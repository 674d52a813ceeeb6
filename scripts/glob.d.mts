/** Files below `folders` whose name ends in `suffix`, sorted, relative to the root of the repository; none of packages. */
export function globSync(folders: readonly string[], suffix: string): string[];
