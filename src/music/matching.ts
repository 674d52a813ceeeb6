/** Maximum matching in a bipartite graph, by augmenting paths (Kuhn), without recursion. */

/**
 * @param candidates for each left node, the right nodes that it may go with
 * @param rightCount how many right nodes there are
 * @returns pairs [left, right], as many as there can be, each node in at most one
 */
export function maximumMatching(
  candidates: readonly (readonly number[])[],
  rightCount: number,
): [left: number, right: number][] {
  const partner = new Int32Array(rightCount).fill(-1);
  const seenBy = new Int32Array(rightCount).fill(-1);
  for (let root = 0; root < candidates.length; root++) augment(root, candidates, partner, seenBy);
  return [...partner].flatMap((left, right): [number, number][] => (left < 0 ? [] : [[left, right]]));
}

/** Looks for a path from `root` that ends at a free right node, and turns it round. */
function augment(
  root: number,
  candidates: readonly (readonly number[])[],
  partner: Int32Array,
  seenBy: Int32Array,
): void {
  /** The left nodes of the path, the next candidate of each, and the right node by which each was left. */
  const path = [root];
  const next = [0];
  const taken: number[] = [];
  while (path.length > 0) {
    const depth = path.length - 1;
    const right = candidates[path[depth]][next[depth]++];
    if (right === undefined) {
      path.pop();
      next.pop();
      taken.pop();
    } else if (seenBy[right] !== root) {
      seenBy[right] = root;
      taken[depth] = right;
      if (partner[right] < 0) {
        path.forEach((left, i) => (partner[taken[i]] = left));
        return;
      }
      path.push(partner[right]);
      next.push(0);
    }
  }
}
