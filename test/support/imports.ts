/** Each file with the files and packages that it imports. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/** The specifiers of a source's imports and re-exports, type imports, `import()` and `require()` included. */
export function specifiersOf(source: string): string[] {
  const statements = source.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'/gm);
  const effects = source.matchAll(/^import '([^']+)'/gm);
  const calls = source.matchAll(/\b(?:require|import)\('([^']+)'\)/g);
  return Array.from([...statements, ...effects, ...calls], ([, specifier = '']) => specifier);
}

/** Finds import cycles: for each file in a cycle the shortest one, as `a -> b -> a`. */
export function findCircles(graph: ImportGraph): string[] {
  const circles = new Set<string>();
  for (const file of graph.keys()) {
    const circle = findCircleThrough(file, graph);
    if (circle !== undefined) circles.add(describe(circle));
  }
  return Array.from(circles).sort();
}

/** Searches breadth first, so that the first cycle found is the shortest. */
function findCircleThrough(start: string, graph: ImportGraph): string[] | undefined {
  const ways = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const target of graph.get(way.at(-1) ?? '') ?? []) {
      if (target === start) return way;
      if (seen.has(target)) continue;
      seen.add(target);
      ways.push([...way, target]);
    }
  }
  return undefined;
}

/** Starts with the alphabetically first file, so that each cycle has one name. */
function describe(circle: readonly string[]): string {
  const start = circle.indexOf(circle.toSorted()[0] ?? '');
  const turned = [...circle.slice(start), ...circle.slice(0, start)];
  return [...turned, turned[0]].join(' -> ');
}
