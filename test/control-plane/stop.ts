import { stopProcess } from './processes.ts';
import { clearState, owner, startState, testStates } from './state.ts';

for (const directory of [startState, ...testStates]) {
  const running = owner(directory);
  // The tests of a run that is under way end by themselves.
  if (running && directory !== startState) continue;
  if (running) {
    console.log(`Stopping the control plane (pid ${running.pid}).`);
    await stopProcess(running, 'SIGTERM', 60);
  }
  await clearState(directory);
}
console.log('Nothing of it runs any more.');
