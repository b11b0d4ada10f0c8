import { type FrameworkChecks, frameworkChecks } from '../../server/framework-checks.js';

const FACTORIES = {
  Express: 'tokenBinding',
  Koa: 'koaTokenBinding',
  Fastify: 'fastifyTokenBinding',
} as const;

const CHECKS: FrameworkChecks = frameworkChecks(FACTORIES, '{ required: true }');

export const checkCaller: FrameworkChecks['checkCaller'] = CHECKS.checkCaller;
export const checkFactoryCall: FrameworkChecks['checkFactoryCall'] = CHECKS.checkFactoryCall;
