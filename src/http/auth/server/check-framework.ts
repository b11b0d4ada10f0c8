import { type FrameworkChecks, frameworkChecks } from '../../server/framework-checks.js';

const FACTORIES = {
  Express: 'negotiate',
  Koa: 'koaNegotiate',
  Fastify: 'fastifyNegotiate',
} as const;

const CHECKS: FrameworkChecks = frameworkChecks(FACTORIES, '{ accounts }');

export const checkCaller: FrameworkChecks['checkCaller'] = CHECKS.checkCaller;
export const checkFactoryCall: FrameworkChecks['checkFactoryCall'] = CHECKS.checkFactoryCall;
