import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
/** Every route carries one; a route without does not boot. */
export const Operation = (operation) =>
  applyDecorators(RouteConfig({ operation }), HttpCode(successOf(operation)));
/** The status of a successful answer. */
export const successOf = (operation) => Math.min(...Object.keys(operation.responses).map(Number));
