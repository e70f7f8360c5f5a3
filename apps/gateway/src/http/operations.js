/** Every route with its operation, as bound; what the document, the checks and the 405 answers are made from. */
export class Operations {
  routes = [];
  /** @throws when the route carries no operation: nothing is served that nobody declared */
  add(options) {
    const operation = options.config?.operation;
    const methods = [options.method].flat();
    if (!operation) throw new Error(`${methods.join(', ')} ${options.url} has no @Operation`);
    const path = options.url.replaceAll(/:(\w+)/g, '{$1}');
    const pattern = new RegExp(
      `^${path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`,
    );
    for (const method of methods) {
      if (method !== 'HEAD') this.routes.push({ method, path, operation, pattern });
    }
  }
  all() {
    return this.routes;
  }
  /** Methods that this path knows. */
  methodsOf(url) {
    const path = url.split('?', 1)[0];
    return [...new Set(this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))];
  }
}
