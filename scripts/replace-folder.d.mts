export function replaceFolder(folder: string, fill: (fresh: string) => void): void;
