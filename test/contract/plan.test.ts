import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { bundle, commandLineEntries } from '../../package/build.ts';
import { documentsIn } from '../support/examples.ts';
import { exampleRepository, exampleTree } from '../support/squadkit.ts';

const examples = join(import.meta.dirname, '../../examples');
const directory = mkdtempSync(join(tmpdir(), 'squadkit-plan-bundles-'));
const current = join(directory, 'current/squadkit.mjs');
const older = join(directory, 'older/squadkit.mjs');

/** Runs a bundle as a person does, with nothing else around it. */
const run = (...args: string[]) => runIn(directory, ...args);

/** The same in a directory, as a path like `.` needs it. */
const runIn = (cwd: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd });
  return { status, out: stdout, error: stderr };
};

beforeAll(async () => {
  await bundle({ outputDirectory: join(directory, 'current'), entries: commandLineEntries });
  // An older version, in which migrators had only one connection.
  mkdirSync(join(directory, 'older'));
  writeFileSync(older, readFileSync(current, 'utf8').replace('migrator:3', 'migrator:1'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('the bundle', () => {
  test('plans with nothing but Node', () => {
    const { status, out, error } = run(current, 'plan', examples);

    expect(error).toBe('');
    expect(out).toContain('+ Service galaxy/billing: new in frontier (production)');
    expect(status).toBe(0);
  });

  test('exits with the status of the command', () => {
    expect(run(current, 'plan', examples, '--fail-on', 'careful').status).toBe(3);
    expect(run(current, 'plan', join(examples, 'squads')).status).toBe(1);
    expect(run(current, 'plan', '--nothing').status).toBe(2);
    expect(run(current, '--help').status).toBe(0);
  });

  test('does not mind a reader that has seen enough', () => {
    const text = execFileSync(
      'sh',
      ['-c', `'${process.execPath}' '${current}' resources '${examples}' 2>&1 | head -c 10`],
      {
        encoding: 'utf8',
      },
    );

    expect(text).toBe('{"service"');
  });

  test('has its commands in the help', () => {
    expect(run(current, '--help').out).toMatch(/plan[\s\S]+validate[\s\S]+codeowners[\s\S]+resources/);
  });
});

describe('from where it is called', () => {
  test('CODEOWNERS names paths from the top of the repository', () => {
    const tree = exampleRepository();
    const places = [
      [directory, tree],
      [tree, '.'],
      [join(tree, 'squads'), '..'],
      [join(tree, '..'), basename(tree)],
    ] as const;
    const written = places.map(([from, asked]) => runIn(from, current, 'codeowners', asked).out);

    expect(written[0]).toContain('\n/squads/galaxy/ @example/galaxy\n');
    expect(new Set(written).size).toBe(1);
  });

  test.each(['text', 'markdown'])(
    'a file name at the beginning of a line is no command to a CI system: %s',
    (format) => {
      const tree = exampleTree({ '::set-output name=plan::b.yaml': 'apiVersion: squadkit.io/x: y\n' });
      const { status, out, error } = runIn(tree, current, 'plan', '.', '--format', format);

      expect(status).toBe(1);
      expect(error).toContain('set-output name=plan');
      expect((out + error).split('\n').filter((line) => /^\s*::/.test(line))).toEqual([]);
    },
  );
});

describe('--base-version', () => {
  test('lists each Service whose resources another version would make otherwise', () => {
    const { status, out, error } = run(current, 'plan', examples, '--base-version', older);

    expect(error).toBe('');
    expect(out).toContain(`compared with the same tree, made by ${older}`);
    expect(out).toContain(
      '~ Service galaxy/billing: changes in frontier (production), because of the new version of Squadkit',
    );
    expect(out).toContain('~ adjusts login galaxy_billing_migrator: connectionLimit 3 instead of 1');
    expect(out).toContain(
      '~ Service quasar/catalog: changes in meadow (engineering), because of the new version of Squadkit',
    );
    expect(out).toContain('2 changed.');
    expect(status).toBe(0);
  });

  test('the same version changes nothing', () => {
    const { out } = run(current, 'plan', examples, '--base-version', current);

    expect(out).toContain('Risk: none. Nothing changes.');
  });

  test('goes together with a change of the tree', () => {
    const tree = join(directory, 'tree');
    cpSync(examples, tree, { recursive: true });
    rmSync(join(tree, 'squads/galaxy/billing.yaml'));
    const { out } = run(current, 'plan', tree, '--base', examples, '--base-version', older);

    expect(out).toContain('- Service galaxy/billing: removed from frontier (production)');
    expect(out).toContain(
      '~ Service quasar/catalog: changes in meadow (engineering), because of the new version of Squadkit',
    );
  });
});

describe('schemas for editors', () => {
  const ajv = new Ajv({ strict: false });
  const schemaOf = (folder: string) =>
    ajv.compile(JSON.parse(readFileSync(join(import.meta.dirname, `../../apis/${folder}/schema.json`), 'utf8')));
  const validators = {
    Service: schemaOf('services'),
    Zone: schemaOf('zones'),
    Squad: schemaOf('squads'),
    Approvals: schemaOf('approvals'),
  };
  const documents = documentsIn('examples').filter(
    ({ apiVersion, kind }) => apiVersion?.startsWith('squadkit.io/') && kind in validators,
  );
  const validate = (object: KubernetesObject) => validators[object.kind as keyof typeof validators](object);

  test.each(documents.map((object) => ({ name: `${object.kind} ${object.metadata?.name}`, object })))(
    '$name of the examples fits',
    ({ object }) => {
      expect(validate(object), JSON.stringify(validators[object.kind as keyof typeof validators].errors)).toBe(true);
    },
  );

  const service = (component: object, more: object = {}): KubernetesObject => ({
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: 'billing', namespace: 'galaxy' },
    spec: { zones: [{ name: 'frontier', components: [component] }], ...more },
  });

  test.each([
    { name: 'an unknown field', object: service({ name: 'spike', provider: 'postgres' }, { owner: 'me' }) },
    { name: 'a block of another provider', object: service({ name: 'spike', provider: 'postgres', kubernetes: {} }) },
    { name: 'an unknown provider', object: service({ name: 'spike', provider: 'kafka' }) },
    {
      name: 'a value out of bounds',
      object: service({ name: 'spike', provider: 'postgres', postgres: { connections: 0 } }),
    },
    {
      name: 'a name that is not allowed',
      object: {
        ...service({ name: 'spike', provider: 'postgres' }),
        metadata: { name: 'Billing', namespace: 'galaxy' },
      },
    },
  ])('$name does not fit', ({ object }) => {
    expect(validate(object)).toBe(false);
  });
});
