import { afterEach, expect, test, vi } from 'vitest';
import { exampleRepository, git, squadkit, write } from '../../support/squadkit.ts';

afterEach(() => vi.unstubAllEnvs());

const gitmodules = `[submodule "x"]
	path = squads/galaxy/sub
	url = https://evil.example.org/x
[submodule "y"]
	Path = "platform/more"
	url = ../y
`;

test.each(['false', 'true'])(
  'submodules are told, whether or not Git takes the tree for another’s: %s',
  async (other) => {
    const tree = exampleRepository();
    const commit = git(tree, 'rev-parse', 'HEAD').trim();
    for (const path of ['squads/galaxy/sub', 'platform/more'])
      git(tree, 'update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
    write(tree, { '.gitmodules': gitmodules });
    vi.stubEnv('GIT_TEST_ASSUME_DIFFERENT_OWNER', other);
    const { status, error } = await squadkit(['validate', tree]);

    expect(error).toMatch(/squads\/galaxy\/sub: this folder is a Git repository of its own/);
    expect(error).toMatch(/platform\/more: this folder is a Git repository of its own/);
    expect(status).toBe(1);
  },
);

test.each([
  'apiVersion: ENC[AES256_GCM,data:abc]\nkind: Service\n',
  'apiVersion: >-\n  ENC[AES256_GCM,data:abc]\nkind: Service\n',
  'apiVersion: squadkit.example/v1\nkind: "ENC[AES256_GCM,data:abc]"\n',
  'apiVersion: !!str &a ENC[AES256_GCM,data:abc]\nkind: Service\n',
  '{"apiVersion":"v1","kind":"ENC[AES256_GCM,data:abc]"}\n',
])('what nobody can read the kind of is refused, wherever it lies: %j', async (text) => {
  const tree = exampleRepository();
  write(tree, { 'more/a.yaml': text });
  const { status, error } = await squadkit(['validate', tree]);

  expect(error).toContain('more/a.yaml: this document is encrypted');
  expect(status).toBe(1);
});

test('what is encrypted in its values only is reviewed', async () => {
  const tree = exampleRepository();
  write(tree, { 'more/a.yaml': 'apiVersion: v1\nkind: Secret\nstringData: { a: "ENC[AES256_GCM,data:abc]" }\n' });

  expect((await squadkit(['validate', tree])).status).toBe(0);
});
