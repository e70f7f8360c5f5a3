import type { RouteOptions } from 'fastify';
import type { OperationSpec } from './operation.ts';

export interface Route {
  method: string;
  /** With `{id}` for parameters. */
  path: string;
  operation: OperationSpec;
}

/** Every route with its operation, as bound; what the document, the checks and the 405 answers are made from. */
export class Operations {
  private readonly routes: (Route & { pattern: RegExp })[] = [];

  /**
   * @throws when the route carries no operation: nothing is served that nobody declared; and when it is hidden and
   * takes a key: the tests of access go through the document, and would not find it
   */
  add(options: Pick<RouteOptions, 'method' | 'url' | 'config'>): void {
    const operation = options.config?.operation;
    const methods = [options.method].flat();
    if (!operation) throw new Error(`${methods.join(', ')} ${options.url} has no @Operation`);
    if (operation.isHidden && operation.scope !== null)
      throw new Error(`${methods.join(', ')} ${options.url} takes a key and is hidden from the document`);
    const path = options.url.replaceAll(/:(\w+)/g, '{$1}');
    const pattern = new RegExp(
      `^${path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}$`,
    );
    for (const method of methods) {
      if (method !== 'HEAD') this.routes.push({ method, path, operation, pattern });
    }
  }

  all(): readonly Route[] {
    return this.routes;
  }

  /** Methods that this path knows. */
  methodsOf(url: string): string[] {
    const path = url.split('?', 1)[0]!;
    return [...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  }
}
