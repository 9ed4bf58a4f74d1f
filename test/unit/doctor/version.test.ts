import { expect, test } from 'vitest';
import { referenceOf } from '../../../functions/doctor/packages.ts';
import { fits } from '../../../functions/doctor/version.ts';

test.each([
  ['v2.3.4', '>=v2.3.0-0', true],
  ['2.3.0', '>=v2.3.0-0', true],
  ['v2.3.0-rc.1', '>=v2.3.0-0', true],
  ['v2.2.9', '>=v2.3.0-0', false],
  ['v0.16.0', '>=v0.16.0 <v0.17.0', true],
  ['v0.16.9', '>=v0.16.0 <v0.17.0', true],
  ['v0.17.0', '>=v0.16.0 <v0.17.0', false],
  ['v0.16.0-rc.1', '>=v0.16.0 <v0.17.0', false],
  ['v1.35.8-eks-1234', '>=v1.30.0-0', true],
  ['v1.30.0-gke.100', '>=v1.30.0-0', true],
  ['v0.1.0', 'v0.1.0', true],
  ['v0.1.0-rc.1', 'v0.1.0', false],
  ['v0.2.0', 'v0.1.0', false],
  ['', 'v0.1.0', false],
  ['latest', '>=v0.1.0', false],
])('%s fits %s: %s', (version, constraint, expected) => {
  expect(fits(version, constraint)).toBe(expected);
});

test.each([
  ['ghcr.io/squadkit/squadkit:v0.1.0', 'ghcr.io/squadkit/squadkit', 'v0.1.0', ''],
  ['localhost:5000/squadkit', 'localhost:5000/squadkit', '', ''],
  ['localhost:5000/squadkit:v1@sha256:00', 'localhost:5000/squadkit', 'v1', 'sha256:00'],
  ['ghcr.io/squadkit/squadkit@sha256:00', 'ghcr.io/squadkit/squadkit', '', 'sha256:00'],
])('%s', (reference, source, version, digest) => {
  expect(referenceOf(reference)).toEqual({ source, version, digest });
});
