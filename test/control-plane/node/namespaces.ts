import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Before a program: a network, mounts and processes of its own (Linux namespaces). The program is process 1 in there, and
 * everything inside ends with it, pods included; with `--kill-child` it ends with us.
 */
export const ownNamespaces = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'];

const programs = ['unshare', 'containerd', 'runc', 'iptables', 'ip', 'mount', 'conntrack', 'ipset', 'sysctl'];

/** Why no node can run here, in a sentence, or undefined when one can. */
export const noNode = (): string | undefined => {
  if (process.platform !== 'linux') return `it takes Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0)
    return 'it takes root: kubelet and containerd mount, and make network and control groups';
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error);
  if (!existsSync(pluginDirectory)) missing.push('containernetworking-plugins');
  if (missing.length > 0)
    return `not installed: ${missing.join(', ')} (Debian: apt-get install containerd runc containernetworking-plugins iptables ipset conntrack iproute2)`;
  const { status, stderr } = spawnSync('unshare', ['--net', '--mount', 'true'], { encoding: 'utf8' });

  return status === 0 ? undefined : `no namespaces of its own: ${stderr.trim()}`;
};

/** Where Debian puts what makes the networks of pods. */
export const pluginDirectory = '/usr/lib/cni';

const controlGroups = '/sys/fs/cgroup';
/** Whether each controller has a tree of its own; on newer systems all share one. */
const isOld = () => !existsSync(join(controlGroups, 'cgroup.controllers'));
const trees = () => (isOld() ? readdirSync(controlGroups).map((name) => join(controlGroups, name)) : [controlGroups]);

/** What kubelet changes for the whole machine, whichever namespace it is in. */
const changed = ['kernel.panic', 'kernel.panic_on_oops', 'vm.overcommit_memory'];
const fileOf = (setting: string) => join('/proc/sys', ...setting.split('.'));

/**
 * Makes a control group for pods with one below it for each node, and remembers what a node changes of the machine. Returns
 * how to undo both.
 */
export const prepareMachine = (group: string, nodes: string[]): (() => void) => {
  const before = changed.map((setting) => [setting, readFileSync(fileOf(setting), 'utf8')] as const);
  for (const tree of trees())
    for (const part of [group, ...nodes.map((node) => join(group, node))]) makeGroup(tree, part);

  return () => {
    for (const [setting, value] of before) writeFileSync(fileOf(setting), value);
    for (const tree of trees()) removeGroup(join(tree, group));
  };
};

const makeGroup = (tree: string, group: string) => {
  mkdirSync(join(tree, group), { recursive: true });
  // A group of processors is empty until it is told which.
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    const [from, to] = [join(tree, file), join(tree, group, file)];
    if (isOld() && existsSync(to)) writeFileSync(to, readFileSync(from));
  }
};

/** A group can be removed when it is empty, which takes the kernel a moment after its last process. */
const removeGroup = (directory: string, attempt = 0): void => {
  if (!existsSync(directory)) return;
  for (const entry of readdirSync(directory, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(directory, entry.name), attempt);
  try {
    rmdirSync(directory);
  } catch (error) {
    if (attempt > 20) throw error;
    spawnSync('sleep', ['0.2']);
    removeGroup(directory, attempt + 1);
  }
};
