import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const require = createRequire(import.meta.url);
const file = require.resolve('tokenbinding/conformance/report.schema.json');
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });

/** The schema, by the path that the package exports. */
export const reportSchema: ValidateFunction = ajv.compile(JSON.parse(readFileSync(file, 'utf8')));

export function assertValidReport(report: unknown): void {
  const valid = reportSchema(report);
  assert.ok(valid, JSON.stringify(reportSchema.errors?.slice(0, 3)));
}
