import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Scope } from '@souk/contracts';
import type { z } from 'zod';

/** What a route answers under one status. Without a schema the answer has no body. */
export interface OperationResponse {
  description: string;
  schema?: z.ZodType;
  /** `application/json` unless given. */
  contentType?: string;
  /** Further types that can be asked for, without a schema. */
  otherTypes?: readonly string[];
  example?: unknown;
}

/** All there is to say of a route: the checks before its handler and its documentation come from here. */
export interface OperationSpec {
  id: string;
  summary: string;
  description?: string;
  /** What a key must be allowed to do; null: open to everybody. `operator` also asks for the operator's account. */
  scope: Exclude<Scope, '*'> | null;
  /** Cost of a successful answer, in credits. */
  credits?: number;
  /** Count each successful answer as usage, under the operation's id. */
  isMetered?: boolean;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  bodyExample?: unknown;
  /** The handler reads the body itself, as a stream of these types. */
  streamedBody?: {
    contentTypes: Record<string, { description: string; example: string; schema?: z.ZodType }>;
  };
  headers?: Record<string, string>;
  /** Success first. Problems that every route may answer are added by themselves. */
  responses: Record<number, OperationResponse>;
  /** Left out of the public document (pages and their files). */
  isHidden?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: OperationSpec;
  }
}

/** Every route carries one; a route without does not boot. */
export const Operation = (operation: OperationSpec): MethodDecorator =>
  applyDecorators(RouteConfig({ operation }), HttpCode(successOf(operation)));

/** The status of a successful answer. */
export const successOf = (operation: OperationSpec): number =>
  Math.min(...Object.keys(operation.responses).map(Number));
