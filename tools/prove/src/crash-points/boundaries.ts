import { type Node, parse } from 'acorn';

/** Functions of one compiled file. */
export interface Covered {
  /** Each of their awaits is a place to crash at. */
  functions: readonly string[];
  /** With them a piece of work begins: a crash counts only within one. */
  roots?: readonly string[];
}

/** One `await` of a covered function. */
export interface Boundary {
  /** Its number within the file, from 1. */
  number: number;
  within: string;
  line: number;
  text: string;
  /** It waits for something only after a failure. */
  isInCatch: boolean;
  /** It calls a covered function: that it has begun is the same moment as that the first await in there has. */
  isDelegated: boolean;
}

type Visited = Node & Record<string, unknown>;

interface Edit {
  at: number;
  text: string;
}

const TEXT_AT_MOST = 60;

/**
 * Rewrites a compiled file so that each `await` of the covered functions tells the runtime when its operation has
 * begun and when it has ended. All awaits are found by the parser: a new one is covered without any change here.
 * @param runtime address of the module that is told
 * @throws when a named function is not there or awaits in a way that cannot be told: nothing would be proven
 */
export function instrument(
  file: string,
  source: string,
  { functions, roots = [] }: Covered,
  runtime: string,
): { text: string; boundaries: Boundary[] } {
  const boundaries: Boundary[] = [];
  const edits: Edit[] = [];
  const found = new Set<string>();
  const visit = (node: Visited, name: string | undefined, isInCatch: boolean): void => {
    const within = nameOf(node) ?? name;
    if (within !== undefined) found.add(within);
    if (nameOf(node) !== undefined && roots.includes(within!))
      edits.push(...scoped(node, `${file} ${within}`));
    if (within !== undefined && functions.includes(within)) {
      if (node.type === 'ForOfStatement' && node.await === true)
        throw new Error(`${file}: ${within} has a \`for await\`, which no crash point covers`);
      if (node.type === 'AwaitExpression') {
        const argument = node.argument as Node;
        const number = boundaries.length + 1;
        edits.push({ at: argument.start, text: `__cross(${JSON.stringify(`${file} ${number}`)}, ` });
        edits.push({ at: argument.end, text: ')' });
        const line = source.slice(0, node.start).split('\n').length;
        const text = source.slice(node.start, node.end).replace(/\s+/g, ' ').slice(0, TEXT_AT_MOST);
        const isDelegated = functions.includes(calledOnThis(argument) ?? '');
        boundaries.push({ number, within, line, text, isInCatch, isDelegated });
      }
    }
    for (const child of childrenOf(node)) visit(child, within, isInCatch || node.type === 'CatchClause');
  };
  visit(
    parse(source, { ecmaVersion: 'latest', sourceType: 'module' }) as unknown as Visited,
    undefined,
    false,
  );
  const absent = [...functions, ...roots].filter((name) => !found.has(name));
  if (absent.length > 0)
    throw new Error(`${file} has no function ${absent.join(', ')}: name what there is now`);
  const head = `import { cross as __cross, within as __within } from ${JSON.stringify(runtime)};\n`;
  return { text: head + edited(source, edits), boundaries };
}

/** The name of a method or function, where one begins; what is nested in it without a name belongs to it. */
function nameOf(node: Visited): string | undefined {
  const named =
    node.type === 'MethodDefinition' ? node.key : node.type === 'FunctionDeclaration' ? node.id : null;
  return (named as { name?: string } | null)?.name;
}

/** `this.load(…)` calls load. */
function calledOnThis(node: Node): string | undefined {
  const { type, callee } = node as Visited & { callee?: { object?: Node; property?: { name?: string } } };
  return type === 'CallExpression' && callee?.object?.type === 'ThisExpression'
    ? callee.property?.name
    : undefined;
}

/** The whole body becomes a piece of work that the runtime can tell. */
function scoped(node: Visited, scope: string): Edit[] {
  const { body, async } = (node.type === 'MethodDefinition' ? node.value : node) as Visited & { body: Node };
  if (!async) throw new Error(`${scope} is not asynchronous: no work begins there`);
  return [
    { at: body.start + 1, text: ` return __within(${JSON.stringify(scope)}, async () => {` },
    { at: body.end - 1, text: '}); ' },
  ];
}

function childrenOf(node: Visited): Visited[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Visited => typeof (value as Visited | null)?.type === 'string');
}

function edited(source: string, edits: readonly Edit[]): string {
  let text = source;
  // From the end: earlier places stay where they are. Of two at the same place the inner one was noted last.
  for (const { at, text: added } of edits.toSorted((one, other) => other.at - one.at))
    text = text.slice(0, at) + added + text.slice(at);
  return text;
}
